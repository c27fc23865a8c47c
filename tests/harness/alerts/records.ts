import type { Reason } from '../../../src/history/reason.ts';
import type { HistoryRecord } from '../../../src/history/record.ts';
import { machine, operationOf } from '../history/records.ts';

const base: HistoryRecord = {
  schema: 'fullhouse/record/2',
  runId: '20261123-140000-abcd',
  kind: 'load',
  name: 'meeting-sessions',
  at: '2026-11-23T14:00:00.000Z',
  commit: '0123456789abcdef0123456789abcdef01234567',
  service: 'reference',
  settings: { CONCURRENT_USERS: 50, SEED: 1 },
  machine,
  verdict: 'passed',
  reasons: [],
  operations: {},
  figures: {},
  targets: [],
  checks: [],
  regressions: [],
};

type Over = Partial<HistoryRecord>;

/** A run of a load test whose only target is met. */
export const load = (over: Over = {}): HistoryRecord => ({ ...base, targets: [met()], ...over });

/** A run of a load test whose only target is missed. */
export const slow = (over: Over = {}): HistoryRecord =>
  load({ verdict: 'failed', targets: [missed()], reasons: [missedReason()], ...over });

export const missedReason = (subject = 'latency p95 < 500 ms'): Reason => ({
  kind: 'target missed',
  subject,
  message: `missed: ${subject}`,
});

export const chaos = (checks: HistoryRecord['checks'], over: Over = {}): HistoryRecord => {
  const is = (verdict: string) => checks.some((check) => check.verdict === verdict);
  const verdict = is('failed') ? 'failed' : is('inconclusive') ? 'inconclusive' : 'passed';
  const reasons = checks
    .filter((one) => one.verdict !== 'passed')
    .map(({ scope, check, verdict }): Reason => {
      const kind = verdict === 'failed' ? 'check failed' : 'check inconclusive';
      return { kind, scope, subject: check, message: `${check} ${verdict}` };
    });
  return { ...base, kind: 'chaos', name: 'experiments', verdict, reasons, checks, ...over };
};

export const bench = (regressions: HistoryRecord['regressions'] = [], over: Over = {}): HistoryRecord => ({
  ...base,
  kind: 'bench',
  name: 'endpoints',
  verdict: regressions.length > 0 ? 'failed' : 'passed',
  reasons: regressions.map(({ metric }) => ({
    kind: 'regression',
    subject: metric,
    message: `regression: ${metric}`,
  })),
  operations: { 'meeting.get': operationOf([8, 9, 10]), health: operationOf([1, 2, 3]) },
  regressions,
  compared: { baseline: ['meeting.get p50', 'health p50', 'throughput'], series: ['meeting.get p50'] },
  ...over,
});

type Target = HistoryRecord['targets'][number];

export const met = (over: Partial<Target> = {}): Target => ({
  target: 'latency p95 < 500 ms',
  statistic: 'p95',
  comparator: '<',
  state: 'met',
  value: 123,
  limit: 500,
  unit: 'ms',
  ...over,
});

export const missed = (over: Partial<Target> = {}): Target => met({ state: 'missed', value: 612, ...over });

export const check = (
  verdict: 'passed' | 'failed' | 'inconclusive',
  name = 'nobody is twice in the roster',
  scope = 'rapid join/leave',
): HistoryRecord['checks'][number] => ({ scope, check: name, verdict, message: `40 views: ${verdict}` });

export const regression = (
  over: Partial<HistoryRecord['regressions'][number]> = {},
): HistoryRecord['regressions'][number] => ({
  metric: 'meeting.get p50',
  against: 'baseline',
  before: 8.04,
  after: 28.1,
  unit: 'ms',
  ratio: 28.1 / 8.04,
  pValue: 0.0001,
  message: `${over.metric ?? 'meeting.get p50'} is slower than it was`,
  ...over,
});

/** The records as runs of consecutive nights, the oldest first. */
export function nights(...records: HistoryRecord[]): HistoryRecord[] {
  return records.map((record, index) => {
    const day = String(index + 1).padStart(2, '0');
    return { ...record, runId: `202611${day}-010000-abcd`, at: `2026-11-${day}T01:00:00.000Z` };
  });
}
