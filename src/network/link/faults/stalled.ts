import { z } from 'zod';
import { DIRECTIONS } from '../../impairment.ts';
import { faultKind } from './fault-kind.ts';

/** The path holds all bytes in this direction, and passes them after the heal. New connections wait too. */
export const stalled = faultKind({
  settings: z.strictObject({
    kind: z.literal('stalled'),
    direction: z.enum(['up', 'down', 'both'], 'must be "up", "down" or "both"'),
  }),
  describe: ({ direction }) => `stalled ${direction === 'both' ? 'both ways' : direction}`,
  apply({ stalled }, { direction }) {
    for (const one of direction === 'both' ? DIRECTIONS : [direction]) stalled.add(one);
  },
  prove({ direction }, stats) {
    const directions = direction === 'both' ? DIRECTIONS : [direction];
    const held = directions.reduce((sum, one) => sum + stats[one].heldBytes + stats[one].droppedBytes, 0);
    return { isReal: held > 0, message: `${held} bytes were held or dropped` };
  },
});
