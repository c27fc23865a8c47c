import { z } from 'zod';
import { faultKind } from './fault-kind.ts';

/**
 * What is sent in this direction disappears, and so do ends of connections; the other direction works. New connections
 * get no answer. The heal resets all connections that lost something.
 */
export const halfOpen = faultKind({
  settings: z.strictObject({
    kind: z.literal('half-open'),
    direction: z.enum(['up', 'down'], 'must be "up" or "down"'),
  }),
  describe: ({ direction }) => `half-open: nothing gets through in the direction ${direction}, unnoticed`,
  apply({ swallowed }, { direction }) {
    swallowed.add(direction);
  },
  prove({ direction }, stats) {
    const { swallowedBytes } = stats[direction];
    return { isReal: swallowedBytes > 0, message: `${swallowedBytes} bytes disappeared` };
  },
});
