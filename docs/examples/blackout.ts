import { defineFault } from 'fullhouse';

/** Everything that is sent disappears, in both directions and unnoticed: a cable that is unplugged. */
export const blackout = defineFault({
  kind: 'blackout',
  describe: () => 'blackout: nothing gets through, unnoticed',
  apply({ swallowed }) {
    swallowed.add('up').add('down');
  },
  prove({ up, down }) {
    const bytes = up.swallowedBytes + down.swallowedBytes;
    return { isReal: bytes > 0, message: `${bytes} bytes disappeared` };
  },
});
