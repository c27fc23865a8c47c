import type { NetworkAdvice, NetworkQuality } from '../meetings/meeting.ts';
import { defineCheck, finding } from './check.ts';
import type { Piece } from './evidence.ts';

/** The contract's advice for a quality, in kbps. */
const bitrates: Readonly<Record<NetworkQuality['quality'], number>> = {
  excellent: 2000,
  good: 1000,
  poor: 500,
  bad: 200,
  very_bad: 100,
  down: 0,
};

/** The advice that the contract demands for a report. */
function expectedAdvice({ quality, rtt, packetLoss, bandwidth }: NetworkQuality) {
  const isPoor = quality !== 'excellent' && quality !== 'good';
  return {
    enableAudioPriority: isPoor || packetLoss > 5 || rtt > 500 || bandwidth < 100,
    recommendedBitrate: bitrates[quality],
    packetLossAcceptable: packetLoss <= 70,
  };
}

/** Every answer to a network report follows the contract: audio priority, bitrate, and up to 70% as acceptable loss. */
export const adviceFitsContract = defineCheck('the advice fits the contract', (entries) => {
  const reports = new Map<number, NetworkQuality>();
  const evidence: Piece[] = [];
  let count = 0;
  for (const entry of entries) {
    if (entry.type === 'invoke' && entry.op === 'network.report')
      reports.set(entry.call, entry.value as NetworkQuality);
    if (entry.type !== 'ok' || entry.op !== 'network.report') continue;
    const report = reports.get(entry.call);
    if (!report) continue;
    count += 1;
    const advice = entry.value as NetworkAdvice;
    for (const [field, expected] of Object.entries(expectedAdvice(report))) {
      // Deployed services leave out fields that are false.
      const given =
        advice[field as keyof NetworkAdvice] ?? (typeof expected === 'boolean' ? false : undefined);
      if (given !== expected) {
        evidence.push({
          kind: `answers have a wrong ${field}`,
          message: `${field} is ${String(given)} and not ${expected} for ${JSON.stringify(report)}`,
        });
      }
    }
  }
  return finding({ count, one: 'report', onceEach: true }, evidence);
});
