import type { NetworkReport } from '../../meetings/schemas.ts';

type Measured = Omit<NetworkReport, 'quality'>;
export type Quality = NetworkReport['quality'];

/** The contract's levels, best first: rtt (ms) and loss (%) below, bandwidth (kbps) above. */
const LEVELS = [
  { quality: 'excellent', rtt: 100, packetLoss: 1, bandwidth: 1000 },
  { quality: 'good', rtt: 200, packetLoss: 3, bandwidth: 500 },
  { quality: 'poor', rtt: 500, packetLoss: 5, bandwidth: 200 },
  { quality: 'bad', rtt: 1000, packetLoss: 10, bandwidth: 100 },
] as const;

/** What a line of these figures is called; nothing at all comes through one that is down. */
export function levelOf({ rtt, packetLoss, bandwidth }: Measured): Quality {
  if (packetLoss >= 100 || bandwidth <= 0) return 'down';
  const level = LEVELS.find(
    (least) => rtt < least.rtt && packetLoss < least.packetLoss && bandwidth > least.bandwidth,
  );
  return level?.quality ?? 'very_bad';
}

export function isWeak(quality: Quality | null): boolean {
  return quality !== null && quality !== 'excellent' && quality !== 'good';
}

/** The others get only the advice of the service to a report; each level has its own bitrate. */
export function levelOfBitrate(kbps: number): Quality {
  if (kbps >= 2000) return 'excellent';
  if (kbps >= 1000) return 'good';
  if (kbps >= 500) return 'poor';
  if (kbps >= 200) return 'bad';
  return kbps > 0 ? 'very_bad' : 'down';
}
