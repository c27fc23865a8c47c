import { isAction } from './catalogue.ts';
import type { EncodedWindow, OutcomeCounts } from './encoded.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import { addOutcomes } from './merged-timings.ts';

/** What happened within some consecutive seconds of the run, over all shares. */
export interface WindowStretch {
  readonly fromSecond: number;
  readonly outcomes: OutcomeCounts;
  /** Latency of successes, to two significant digits. */
  readonly ok: LatencyHistogram;
}

/**
 * Every stretch of `seconds` consecutive windows within the first `untilSecond` seconds, of one operation or,
 * without a name, of all actions. A run shorter than `seconds` has none.
 */
export function* stretches(
  windows: ReadonlyMap<number, readonly EncodedWindow[]>,
  {
    seconds,
    untilSecond,
    operation,
  }: { seconds: number; untilSecond: number; operation?: string | undefined },
): Generator<WindowStretch> {
  const decoded: { outcomes: OutcomeCounts; ok: LatencyHistogram }[] = [];
  for (let second = 0; second < untilSecond; second++) {
    decoded.push(oneSecond(windows.get(second) ?? [], operation));
    if (decoded.length > seconds) decoded.shift();
    if (decoded.length < seconds) continue;
    const stretch = { fromSecond: second - seconds + 1, outcomes: {}, ok: LatencyHistogram.empty(2) };
    for (const window of decoded) {
      addOutcomes(stretch.outcomes, window.outcomes);
      stretch.ok.add(window.ok);
    }
    yield stretch;
  }
}

/** The windows of all shares for one second as one. */
export function oneSecond(parts: readonly EncodedWindow[], operation?: string) {
  const second = { outcomes: {} as OutcomeCounts, ok: LatencyHistogram.empty(2) };
  for (const part of parts) {
    for (const [name, recorded] of Object.entries(part.operations)) {
      if (operation === undefined ? !isAction(name) : name !== operation) continue;
      addOutcomes(second.outcomes, recorded.outcomes);
      if (recorded.ok) second.ok.add(LatencyHistogram.decode(recorded.ok));
    }
  }
  return second;
}
