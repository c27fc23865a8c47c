import type { CapturedExchanges } from '../../capture/packet-capture.ts';
import { counted, ms } from '../../kernel/figures.ts';
import { LatencyHistogram } from '../../timings/latency-histogram.ts';
import { MergedOperation, type MergedTimings } from '../../timings/merged-timings.ts';
import { quantilesMs } from '../../timings/percentile.ts';

const QUANTILES = [0.5, 0.95, 0.99];

/** A sentence with the latencies of captured calls and of recorded calls; undefined without a capture. */
export function captureNote(
  capture: CapturedExchanges | undefined,
  { operations }: Pick<MergedTimings, 'operations'>,
): string | undefined {
  if (!capture) return undefined;
  const recorded = new MergedOperation();
  for (const name of capture.operations) {
    const operation = operations.get(name);
    if (operation) recorded.addMerged(operation);
  }
  const seen = LatencyHistogram.decode(capture.latencies);
  const dropped = capture.dropped === 0 ? '' : ` ${counted(capture.dropped, 'packet')} were missed.`;
  const early = capture.endedEarly ? ' The capture ended before the run.' : '';
  return (
    `Latencies on the network, from the packets of one connection in ${capture.oneOf} (${counted(seen.count, 'call')}): ` +
    `P50, P95, P99 of ${texts(seen)}. Recorded latencies of all calls: lower bounds ${texts(recorded.earliest)}, ` +
    `upper bounds ${texts(recorded.ok)}.${dropped}${early}`
  );
}

function texts(latencies: LatencyHistogram): string {
  return quantilesMs(latencies, QUANTILES)
    .map((value) => (value === null ? 'too few' : ms(value)))
    .join(', ');
}
