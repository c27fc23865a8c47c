import type { NetworkAdvice, NetworkReport } from '../../meetings/schemas.ts';
import type { OwnLine } from './own-line.ts';

/** What is known of the network of this tab. */
export type NetworkState = OwnLine & {
  /** `media`: from the packets of the audio connections; `service`: from the answers of the service alone. */
  source: 'media' | 'service';
  /** Lines with figures. */
  lines: number;
  bandwidthKbps: number;
  quality: NetworkReport['quality'];
  /** The last report that the service took, and when (`performance.now()`). */
  report: (NetworkReport & { atMs: number }) | undefined;
  /** What the service said to it. */
  advice: NetworkAdvice | undefined;
};
