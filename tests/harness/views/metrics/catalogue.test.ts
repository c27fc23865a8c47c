import { expect, test } from '@playwright/test';
import { summariseReadable } from '../../../../src/results/summary/summarise-readable.ts';
import { exposition } from '../../../../src/views/metrics/prometheus.ts';
import { finishedView } from '../../../../src/views/run-view/finished-view.ts';
import { liveView } from '../../../../src/views/run-view/live-view.ts';
import { FedRun } from '../../live/fed-run.ts';
import { circumstances, record } from '../../results/summary/crowd-records.ts';

/** The samples of one metric, without metrics whose names have the same beginning. */
const samples = (text: string, name: string) =>
  text.split('\n').filter((line) => line.startsWith(`${name}{`));

test('the metrics of a live run equal the metrics of the finished run', () => {
  const run = new FedRun();
  const calls = [
    { latencyMs: 12, count: 50 },
    { name: 'hand.raise', outcome: 'http 503', count: 3 },
  ] as const;
  run.second(calls);
  run.second(calls, { finished: true });
  const [crowd] = run.live.crowds;
  const { evidence, timings, summary } = summariseReadable({
    ...record(crowd!.reports),
    ...circumstances('p95 < 100 ms; error rate < 5 %'),
  });
  const report = {
    runId: run.live.facts.id,
    crowds: [{ folder: '', evidence, timings, summary }],
    answers: [],
    experiments: [],
    benchmarks: [],
  };
  const [live, finished] = [exposition(liveView(run.live)), exposition(finishedView(report))];
  for (const name of [
    'fullhouse_requests_total',
    'fullhouse_latency_seconds',
    'fullhouse_latency_earliest_seconds',
    'fullhouse_request_duration_seconds_bucket',
    'fullhouse_latency_average_seconds',
    'fullhouse_throughput',
    'fullhouse_duration_seconds',
    'fullhouse_target_value',
    'fullhouse_target_limit',
    'fullhouse_sessions_started_total',
    'fullhouse_generator_memory_bytes',
  ]) {
    expect(samples(live, name).length, name).toBeGreaterThan(0);
    expect(samples(finished, name), name).toEqual(samples(live, name));
  }
});
