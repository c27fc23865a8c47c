import { z } from 'zod';
import { faultKind } from './fault-kind.ts';

/**
 * Bytes and ends of connections in this direction disappear; the other direction works. New connections get no answer.
 * The heal resets all connections that lost bytes or an end.
 */
export const halfOpen = faultKind({
  settings: z.strictObject({
    kind: z.literal('half-open'),
    direction: z.enum(['up', 'down'], 'must be "up" or "down"'),
  }),
  describe: ({ direction }) => `half-open: bytes ${direction} disappear without an error`,
  apply({ swallowed }, { direction }) {
    swallowed.add(direction);
  },
  prove({ direction }, stats) {
    const { swallowedBytes } = stats[direction];
    return { isReal: swallowedBytes > 0, message: `${swallowedBytes} bytes disappeared` };
  },
});
