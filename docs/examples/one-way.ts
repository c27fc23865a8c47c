import { defineFault } from 'fullhouse';

/** What users send arrives, but nothing comes back: answers and events are held, and pass after the heal. */
export const oneWay = defineFault({
  kind: 'one-way',
  describe: () => 'one-way: nothing comes back from the service',
  apply({ stalled }) {
    stalled.add('down');
  },
  prove({ down }) {
    return { isReal: down.heldBytes > 0, message: `${down.heldBytes} bytes were held` };
  },
});
