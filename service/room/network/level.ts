import type { NetworkReport } from '../../meetings/schemas.ts';

type Measured = Omit<NetworkReport, 'quality'>;
export type Quality = NetworkReport['quality'];

/**
 * The levels of the contract, the best first. `rtt` (ms) and loss (%) are upper limits, bandwidth (kbps) is a lower
 * limit.
 */
const LEVELS = [
  { quality: 'excellent', rtt: 100, packetLoss: 1, bandwidth: 1000 },
  { quality: 'good', rtt: 200, packetLoss: 3, bandwidth: 500 },
  { quality: 'poor', rtt: 500, packetLoss: 5, bandwidth: 200 },
  { quality: 'bad', rtt: 1000, packetLoss: 10, bandwidth: 100 },
] as const;

/** The level of these figures. `down` means that nothing arrives. */
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

/** The level of a bitrate. Other users get only the advice of the service, in which each level has its own bitrate. */
export function levelOfBitrate(kbps: number): Quality {
  if (kbps >= 2000) return 'excellent';
  if (kbps >= 1000) return 'good';
  if (kbps >= 500) return 'poor';
  if (kbps >= 200) return 'bad';
  return kbps > 0 ? 'very_bad' : 'down';
}
