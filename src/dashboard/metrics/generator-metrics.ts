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
    help: '1 while the generator keeps up',
    read: (run) => ofEach(run, ({ health }) => [{ labels: {}, value: Number(health.every(({ ok }) => ok)) }]),
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
    help: 'P99 of the delay of the event loop since the start',
    read: (run) => ofShares(run, ({ health }) => health.loopDelayP99Ms / 1000),
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
