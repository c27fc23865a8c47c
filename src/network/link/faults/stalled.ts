import { DIRECTIONS } from '../../impairment.ts';
import { oneOf } from '../../settings.ts';
import { defineFault } from './define-fault.ts';

/** The path holds all bytes in this direction, and passes them after the heal. New connections wait too. */
export const stalled = defineFault({
  kind: 'stalled',
  settings: { direction: oneOf('up', 'down', 'both') },
  describe: ({ direction }) => `stalled ${direction === 'both' ? 'both ways' : direction}`,
  apply({ stalled }, { direction }) {
    for (const one of direction === 'both' ? DIRECTIONS : [direction]) stalled.add(one);
  },
  prove(stats, { direction }) {
    const directions = direction === 'both' ? DIRECTIONS : [direction];
    const held = directions.reduce((sum, one) => sum + stats[one].heldBytes + stats[one].droppedBytes, 0);
    return { isReal: held > 0, message: `${held} bytes were held or dropped` };
  },
});
