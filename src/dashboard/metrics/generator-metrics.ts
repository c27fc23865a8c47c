import type { ShareReport } from '../../crowd/share-report.ts';
import type { LiveRun } from '../../live/live-run.ts';
import { ofEach } from './crowd-metrics.ts';
import type { Metric, Sample } from './metric.ts';

/** Of the processes that generate the load, one sample for each share. */
export const generatorMetrics: readonly Metric[] = [
  {
    name: 'fullhouse.generator.ok',
    kind: 'gauge',
    unit: '1',
    help: '1 while no finding of the generator stands against the verdict',
    read: (run) => ofEach(run, ({ standing }) => [{ labels: {}, value: Number(standing.length === 0) }]),
  },
  {
    name: 'fullhouse.generator.adds',
    kind: 'gauge',
    unit: 's',
    help: 'By how much latencies can be longer than those of the service, at most',
    read: (run) =>
      ofEach(run, ({ generatorAdds }) => {
        const { p50Ms = null, p95Ms = null, p99Ms = null } = generatorAdds ?? {};
        const figures = { '0.5': p50Ms, '0.95': p95Ms, '0.99': p99Ms };
        return Object.entries(figures).flatMap(([quantile, ms]) =>
          ms === null ? [] : [{ labels: { quantile }, value: ms / 1000 }],
        );
      }),
  },
  {
    name: 'fullhouse.generator.check',
    kind: 'gauge',
    unit: '1',
    help: '1 for each question of the self-check that is answered well, 0 for the others',
    read: (run) =>
      ofEach(run, ({ health }) => health.map(({ check, ok }) => ({ labels: { check }, value: Number(ok) }))),
  },
  {
    name: 'fullhouse.generator.users',
    kind: 'gauge',
    unit: '{user}',
    help: 'Participants that the share hosts now',
    read: (run) => ofShares(run, ({ users, browsers }) => users + (browsers?.users ?? 0)),
  },
  {
    name: 'fullhouse.generator.loop.delay',
    kind: 'gauge',
    unit: 's',
    help: 'P99 over all moments since the start of the wait until the event loop looks at its sockets',
    read: (run) => ofShares(run, ({ health }) => health.loopDelayP99Ms / 1000),
  },
  {
    name: 'fullhouse.generator.processor.wait',
    kind: 'gauge',
    unit: '1',
    help: 'Part of the time since the start in which the thread could run and had no processor',
    read: (run) =>
      ofShares(run, ({ health: { processorWaitPercent } }) =>
        processorWaitPercent === undefined ? null : processorWaitPercent / 100,
      ),
  },
  {
    name: 'fullhouse.generator.cpu.cores',
    kind: 'gauge',
    unit: '{core}',
    help: 'CPU of the process since the start, in cores',
    read: (run) => ofShares(run, ({ health }) => health.cpuMean),
  },
  {
    name: 'fullhouse.generator.memory',
    kind: 'gauge',
    unit: 'By',
    help: 'The most memory that the process had',
    read: (run) => ofShares(run, ({ health }) => health.memoryPeakBytes),
  },
  {
    name: 'fullhouse.generator.open.files',
    kind: 'gauge',
    unit: '{file}',
    help: 'The most files that the process had open',
    read: (run) => ofShares(run, ({ health }) => health.openFilesPeak),
  },
];

function ofShares(run: LiveRun, read: (report: ShareReport) => number | null): Sample[] {
  return ofEach(run, ({ reports }) =>
    reports.flatMap((report) => {
      const value = read(report);
      return value === null ? [] : [{ labels: { share: String(report.share) }, value }];
    }),
  );
}
