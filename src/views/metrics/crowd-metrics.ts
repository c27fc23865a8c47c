import type { Sessions } from '../../crowd/slice-report.ts';
import { sumCounts } from '../../kernel/sum-counts.ts';
import type { RunView } from '../run-view/run-view.ts';
import { type Metric, ofEach, oneOf, type Sample } from './metric.ts';

const verdicts = ['passed', 'failed', 'inconclusive', 'interrupted'] as const;
const targetStates = ['waiting', 'met', 'missed', 'inconclusive'] as const;

/** Metrics of each crowd: its verdict, its users and sessions, its connections, and its targets. */
export const crowdMetrics: readonly Metric[] = [
  {
    name: 'fullhouse.verdict',
    kind: 'gauge',
    unit: '1',
    help: '1 for the verdict of the crowd, 0 for the others',
    read: (run) =>
      ofEach(run, ({ verdict: found }) =>
        found === null ? [] : oneOf(verdicts, found, (verdict) => ({ verdict })),
      ),
  },
  {
    name: 'fullhouse.duration',
    kind: 'gauge',
    unit: 's',
    help: 'Time from the start of the crowd until its last participant left',
    read: (run) => ofEach(run, ({ elapsedS }) => [{ labels: {}, value: elapsedS }]),
  },
  {
    name: 'fullhouse.users',
    kind: 'gauge',
    unit: '{user}',
    help: 'Participants by kind: now, at the peak, and requested',
    read: (run) =>
      ofEach(run, ({ users }) => Object.entries(users).map(([kind, value]) => ({ labels: { kind }, value }))),
  },
  {
    name: 'fullhouse.sessions.started',
    kind: 'counter',
    unit: '{session}',
    help: 'Participants that were admitted',
    read: (run) => sessions(run, ({ started }) => started),
  },
  {
    name: 'fullhouse.sessions.completed',
    kind: 'counter',
    unit: '{session}',
    help: 'Participants that completed their session',
    read: (run) => sessions(run, ({ completed }) => completed),
  },
  {
    name: 'fullhouse.connection.drops',
    kind: 'counter',
    unit: '{connection}',
    help: 'Connections that ended without a request of the participant',
    read: (run) =>
      ofEach(run, ({ reports }) =>
        Object.entries(sumCounts(reports.map(({ drops }) => drops))).map(([reason, value]) => ({
          labels: { reason },
          value,
        })),
      ),
  },
  {
    name: 'fullhouse.target',
    kind: 'gauge',
    unit: '1',
    help: '1 for the state of the target, 0 for the others',
    read: (run) =>
      ofEach(run, ({ targets }) =>
        targets.flatMap(({ target, state: found }) =>
          oneOf(targetStates, found, (state) => ({ target, state })),
        ),
      ),
  },
  {
    name: 'fullhouse.target.value',
    kind: 'gauge',
    unit: '1',
    help: 'Measured value of the target, in the unit of its limit',
    read: (run) =>
      ofEach(run, ({ targets }) =>
        targets.flatMap(({ target, value, unit }) =>
          value === null ? [] : [{ labels: { target, unit }, value }],
        ),
      ),
  },
  {
    name: 'fullhouse.target.limit',
    kind: 'gauge',
    unit: '1',
    help: 'The limit of the target',
    read: (run) =>
      ofEach(run, ({ targets }) =>
        targets.map(({ target, limit, unit }) => ({ labels: { target, unit }, value: limit })),
      ),
  },
];

/** Sessions of the protocol participants, and of browser participants if there are any. */
function sessions(run: RunView, read: (sessions: Sessions) => number): Sample[] {
  return ofEach(run, ({ reports }) => {
    const sum = (kind: string, all: readonly Sessions[]) => ({
      labels: { kind },
      value: all.reduce((total, one) => total + read(one), 0),
    });
    const inBrowsers = reports.flatMap(({ browsers }) => browsers?.sessions ?? []);
    const protocol = sum(
      'protocol',
      reports.map((report) => report.sessions),
    );
    return inBrowsers.length > 0 ? [protocol, sum('browser', inBrowsers)] : [protocol];
  });
}
