import type { SliceReport } from '../../crowd/slice-report.ts';
import type { RunView } from '../run-view/run-view.ts';
import { byQuantile, type Metric, ofEach, type Sample } from './metric.ts';

/** Metrics of the processes that generate the load, one sample for each slice. */
export const generatorMetrics: readonly Metric[] = [
  {
    name: 'fullhouse.generator.ok',
    kind: 'gauge',
    unit: '1',
    help: '1 while no finding of the generator puts the verdict in doubt',
    read: (run) => ofEach(run, ({ generator }) => [{ labels: {}, value: Number(generator.isOk) }]),
  },
  {
    name: 'fullhouse.generator.adds',
    kind: 'gauge',
    unit: 's',
    help: 'Upper bound of what the load generator adds to latencies',
    read: (run) =>
      ofEach(run, ({ generator }) =>
        byQuantile(generator.adds).map(([quantile, value]) => ({
          labels: { quantile: String(quantile) },
          value,
        })),
      ),
  },
  {
    name: 'fullhouse.generator.check',
    kind: 'gauge',
    unit: '1',
    help: '1 for each check of the generator that is OK, 0 for the others',
    read: (run) =>
      ofEach(run, ({ generator }) =>
        generator.checks.map(({ check, ok }) => ({ labels: { check }, value: Number(ok) })),
      ),
  },
  {
    name: 'fullhouse.generator.users',
    kind: 'gauge',
    unit: '{user}',
    help: 'Participants in the slice now',
    read: (run) => ofSlices(run, ({ users, browsers }) => users + (browsers?.users ?? 0)),
  },
  {
    name: 'fullhouse.generator.loop.delay',
    kind: 'gauge',
    unit: 's',
    help: 'P99 since the start of the wait until the event loop reads its sockets',
    read: (run) => ofSlices(run, ({ health }) => health.loopDelayP99Ms / 1000),
  },
  {
    name: 'fullhouse.generator.processor.wait',
    kind: 'gauge',
    unit: '1',
    help: 'Fraction of the time since the start in which the thread was ready but had no processor',
    read: (run) =>
      ofSlices(run, ({ health: { processorWaitPercent } }) =>
        processorWaitPercent === undefined ? null : processorWaitPercent / 100,
      ),
  },
  {
    name: 'fullhouse.generator.cpu.cores',
    kind: 'gauge',
    unit: '{core}',
    help: 'CPU of the process since the start, in cores',
    read: (run) => ofSlices(run, ({ health }) => health.cpuMean),
  },
  {
    name: 'fullhouse.generator.memory',
    kind: 'gauge',
    unit: 'By',
    help: 'Peak memory of the process',
    read: (run) => ofSlices(run, ({ health }) => health.memoryPeakBytes),
  },
  {
    name: 'fullhouse.generator.open.files',
    kind: 'gauge',
    unit: '{file}',
    help: 'Peak number of open files of the process',
    read: (run) => ofSlices(run, ({ health }) => health.openFilesPeak),
  },
];

function ofSlices(run: RunView, read: (report: SliceReport) => number | null): Sample[] {
  return ofEach(run, ({ reports }) =>
    reports.flatMap((report) => {
      const value = read(report);
      return value === null ? [] : [{ labels: { slice: String(report.slice) }, value }];
    }),
  );
}
