import type { NetworkQuality } from '../meetings/meeting.ts';

type Measured = Omit<NetworkQuality, 'quality'>;

/** The contract's levels, best first: rtt below, loss below, bandwidth above. All worse values are very bad. */
const levels = [
  { quality: 'excellent', rtt: 100, packetLoss: 1, bandwidth: 1000 },
  { quality: 'good', rtt: 200, packetLoss: 3, bandwidth: 500 },
  { quality: 'poor', rtt: 500, packetLoss: 5, bandwidth: 200 },
  { quality: 'bad', rtt: 1000, packetLoss: 10, bandwidth: 100 },
] as const;

/** The report of a participant that measured this: rtt in ms, loss in %, bandwidth in kbps. */
export function networkQuality(measured: Measured): NetworkQuality {
  const { rtt, packetLoss, bandwidth } = measured;
  const level = levels.find(
    (least) => rtt < least.rtt && packetLoss < least.packetLoss && bandwidth > least.bandwidth,
  );
  return { quality: level?.quality ?? 'very_bad', ...measured };
}
