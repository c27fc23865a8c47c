import { defineFault, numberFrom } from 'fullhouse';

/** What participants send passes at this rate; what they receive is not slower. */
export const slowUplink = defineFault({
  kind: 'slow-uplink',
  settings: { kbps: numberFrom(1, 1_000_000) },
  replacesEarlier: true,
  describe: ({ kbps }) => `slow uplink: ${kbps} kbit/s`,
  apply(line, { kbps }) {
    line.impairment = { up: { bandwidthKbps: kbps } };
  },
  prove({ up }) {
    return { isReal: up.addedDelay !== undefined, message: `${up.passedBytes} bytes passed the slow uplink` };
  },
});
