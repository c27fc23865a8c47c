import type { EncodedWindow } from '../../../../src/timings/encoded.ts';
import { LatencyHistogram } from '../../../../src/timings/latency-histogram.ts';
import { Timings } from '../../../../src/timings/timings.ts';
import type { PageData } from '../../../../src/views/page/page-data.ts';
import { sliceReport } from '../../crowd/slice-reports.ts';
import { record, summaryOf } from '../../results/summary/crowd-records.ts';
import { runId } from './rich-run.ts';

/** The number of different histograms of one second, which are used in turn: the test is about size. */
const KINDS = 40;

function secondsOf(calls: number): EncodedWindow['operations'][string][] {
  return Array.from({ length: KINDS }, (_, kind) => {
    const ok = LatencyHistogram.empty(2);
    for (let call = 0; call < calls; call++) ok.record(1 + kind * 1.37 + ((call * 7919) % 997) / 9);
    return { outcomes: { ok: calls, 'http 503': kind % 3, timeout: kind % 2 }, ok: ok.encode() };
  });
}

/**
 * A crowd with this number of operations and this duration, as one slice reports it. Only every fifth second has calls:
 * the points of the charts are longer, so the page is as large and is made faster.
 */
export function longRun({ operations, seconds }: { operations: number; seconds: number }): PageData {
  const kinds = secondsOf(120);
  const names = Array.from({ length: operations }, (_, number) => `operation.number-${number}`);
  const whole = new Timings(0);
  for (const [index, name] of names.entries())
    for (let call = 0; call < 500; call++)
      whole.operation(name).record('ok', 0, 1 + index + ((call * 7919) % 997) / 9);
  const windows = Array.from(
    { length: Math.ceil(seconds / 5) },
    (_, fifth): EncodedWindow => ({
      index: fifth * 5,
      users: 500,
      operations: Object.fromEntries(
        names.map((name, number) => [name, kinds[(fifth * 31 + number * 7) % KINDS]!]),
      ),
    }),
  );
  const elapsedMs = seconds * 1000 - 1;
  const reports = [
    sliceReport({
      elapsedMs,
      timings: { operations: whole.encode(elapsedMs).operations, windows },
      samples: Array.from({ length: seconds }, (_, second) => ({
        atMs: (second + 1) * 1000,
        loopDelayMaxMs: (second % 71) / 3,
        cpu: (second % 83) / 100,
        memoryBytes: 150e6 + second * 1013,
      })),
    }),
  ];
  const summary = summaryOf(record(reports, { expected: [1] }), 'p95 < 1 s', {
    TEST_DURATION: String(seconds),
  });
  return { runId, crowds: [{ summary, evidence: {} }], answers: [], experiments: [], benchmarks: [] };
}
