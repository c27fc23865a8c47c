import { z } from 'zod';
import { DIRECTIONS } from '../../src/network/impairment.ts';
import { faultKind } from '../../src/network/link/faults/fault-kind.ts';

/** Everything that is sent disappears, in both directions and unnoticed: a cable that is unplugged. */
export const blackout = faultKind({
  settings: z.strictObject({ kind: z.literal('blackout') }),
  describe: () => 'blackout: nothing gets through, unnoticed',
  apply({ swallowed }) {
    for (const direction of DIRECTIONS) swallowed.add(direction);
  },
  prove(_, { up, down }) {
    const bytes = up.swallowedBytes + down.swallowedBytes;
    return { isReal: bytes > 0, message: `${bytes} bytes disappeared` };
  },
});
