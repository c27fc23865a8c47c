import type { NetworkAdvice, NetworkReport } from '../../meetings/schemas.ts';
import type { OwnLine } from './own-line.ts';

/** The network figures of this tab. */
export type NetworkState = OwnLine & {
  /** `media`: from the packets of the audio connections; `service`: only from the answers of the service. */
  source: 'media' | 'service';
  /** The number of lines with figures. */
  lines: number;
  bandwidthKbps: number;
  quality: NetworkReport['quality'];
  /** The last report that the service accepted, with its time (`performance.now()`). */
  report: (NetworkReport & { atMs: number }) | undefined;
  /** The advice of the service for this report. */
  advice: NetworkAdvice | undefined;
};
