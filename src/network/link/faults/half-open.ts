import { oneOf } from '../../settings.ts';
import { defineFault } from './define-fault.ts';

/**
 * Bytes and ends of connections in this direction disappear; the other direction works. New connections get no answer.
 * The heal resets all connections that lost bytes or an end.
 */
export const halfOpen = defineFault({
  kind: 'half-open',
  settings: { direction: oneOf('up', 'down') },
  describe: ({ direction }) => `half-open: bytes ${direction} disappear without an error`,
  apply({ swallowed }, { direction }) {
    swallowed.add(direction);
  },
  prove(stats, { direction }) {
    const { swallowedBytes } = stats[direction];
    return { isReal: swallowedBytes > 0, message: `${swallowedBytes} bytes disappeared` };
  },
});
