import type { NetworkAdvice, NetworkQuality } from '../meetings/meeting.ts';
import { type Check, finding } from './check.ts';
import type { Piece } from './evidence.ts';

/** What the contract advises for a quality, in kbps. */
const bitrates: Readonly<Record<NetworkQuality['quality'], number>> = {
  excellent: 2000,
  good: 1000,
  poor: 500,
  bad: 200,
  very_bad: 100,
  down: 0,
};

/** What the contract says that the service has to advise for a report. */
function expectedAdvice({ quality, rtt, packetLoss, bandwidth }: NetworkQuality) {
  const isPoor = quality !== 'excellent' && quality !== 'good';
  return {
    enableAudioPriority: isPoor || packetLoss > 5 || rtt > 500 || bandwidth < 100,
    recommendedBitrate: bitrates[quality],
    packetLossAcceptable: packetLoss <= 70,
  };
}

/** Every answer to a network report is the contract's: audio priority, bitrate, acceptable up to and including 70 %. */
export const adviceFitsContract: Check = (entries) => {
  const reports = new Map<number, NetworkQuality>();
  const evidence: Piece[] = [];
  let count = 0;
  for (const entry of entries) {
    if (entry.type === 'invoke' && entry.op === 'report')
      reports.set(entry.call, entry.value as NetworkQuality);
    if (entry.type !== 'ok' || entry.op !== 'report') continue;
    const report = reports.get(entry.call);
    if (!report) continue;
    count += 1;
    const advice = entry.value as NetworkAdvice;
    for (const [field, expected] of Object.entries(expectedAdvice(report))) {
      // Deployed services leave out what is false.
      const given =
        advice[field as keyof NetworkAdvice] ?? (typeof expected === 'boolean' ? false : undefined);
      if (given !== expected) {
        evidence.push({
          what: `answers have a wrong ${field}`,
          says: `${field} is ${String(given)} and not ${expected} for ${JSON.stringify(report)}`,
        });
      }
    }
  }
  return finding(
    'the advice fits the contract',
    { count, at: 'reports', one: 'report', onceEach: true },
    evidence,
  );
};
