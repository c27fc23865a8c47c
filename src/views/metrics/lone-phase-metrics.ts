import { levelUnit } from '../../capacity/axis.ts';
import { type Metric, oneOf } from './metric.ts';

const runVerdicts = ['passed', 'failed', 'inconclusive', 'interrupted'] as const;
const metricVerdicts = ['flat', 'grows', 'unsettled', 'too short'] as const;

/** Metrics of a finished capacity search, and of a finished soak. */
export const lonePhaseMetrics: readonly Metric[] = [
  {
    name: 'fullhouse.capacity',
    kind: 'gauge',
    unit: '1',
    help: 'Levels of a capacity search: the highest that holds, and the lowest that breaks',
    read: ({ crowds }) =>
      crowds.flatMap(({ name: crowd, capacity }) => {
        if (!capacity?.answer) return [];
        const { holds, breaks } = capacity.answer;
        const unit = levelUnit(capacity.axis);
        return Object.entries({ holds, breaks }).flatMap(([level, value]) =>
          value === null ? [] : [{ labels: { crowd, level, unit }, value }],
        );
      }),
  },
  {
    name: 'fullhouse.soak.verdict',
    kind: 'gauge',
    unit: '1',
    help: '1 for the verdict of the soak, 0 for the others',
    read: ({ soak }) =>
      soak ? oneOf(runVerdicts, soak.verdict, (verdict) => ({ soak: soak.run.name, verdict })) : [],
  },
  {
    name: 'fullhouse.soak.metric',
    kind: 'gauge',
    unit: '1',
    help: '1 for the verdict of a metric of the service, 0 for the others',
    read: ({ soak }) =>
      (soak?.metrics ?? []).flatMap(({ metric, verdict: found }) =>
        oneOf(metricVerdicts, found, (verdict) => ({ metric, verdict })),
      ),
  },
];
