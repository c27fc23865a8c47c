import { readSettings } from '../../../../src/config/read-settings.ts';
import type { CrowdRecord } from '../../../../src/crowd/coordinator/messages.ts';
import type { SliceReport } from '../../../../src/crowd/slice-report.ts';
import { runFacts } from '../../../../src/history/run-facts.ts';
import { referenceContract } from '../../../../src/meetings/contract/load.ts';
import { summarise } from '../../../../src/results/summary/summarise.ts';
import { parseTargets, splitTargets } from '../../../../src/targets/parse.ts';
import type { Outcome } from '../../../../src/timings/outcome.ts';
import { Timings } from '../../../../src/timings/timings.ts';
import { sliceReport } from '../../crowd/slice-reports.ts';

export interface Calls {
  readonly name?: string;
  readonly outcome?: Outcome;
  readonly latencyMs?: number;
  /** The width of the latency bracket. */
  readonly widthMs?: number;
  readonly everyMs?: number;
  readonly count?: number;
  /** The end of the first call. */
  readonly fromMs?: number;
}

/** Timings of `count` calls of each kind, one every `everyMs`, beginning at 50 ms or at `fromMs`; in the order of their ends. */
export function timingsOf(...calls: readonly Calls[]): Timings {
  const timings = new Timings(0);
  // Half of the six requested users.
  timings.setUsers(3, 0);
  const ended = calls.flatMap(
    ({
      name = 'meeting.get',
      outcome = 'ok',
      latencyMs = 20,
      widthMs = 0,
      everyMs = 100,
      count = 100,
      fromMs = 50,
    }) =>
      Array.from({ length: count }, (_, index) => ({
        name,
        outcome,
        latencyMs,
        widthMs,
        endedAt: fromMs + index * everyMs,
      })),
  );
  for (const { name, outcome, latencyMs, widthMs, endedAt } of ended.sort(
    (one, other) => one.endedAt - other.endedAt,
  )) {
    timings
      .operation(name)
      .record(outcome, endedAt - latencyMs, endedAt, endedAt - latencyMs, endedAt - widthMs);
    if (outcome !== 'ok') timings.operation(name).failure(outcome, outcome, `sample of ${outcome}`);
  }
  return timings;
}

export function report(slice: number, calls: readonly Calls[], over: Partial<SliceReport> = {}): SliceReport {
  const { elapsedMs = 10_000 } = over;
  return sliceReport({ slice, of: 2, elapsedMs, timings: timingsOf(...calls).encode(elapsedMs), ...over });
}

/** Two slices with 100 fast, successful calls each. */
export const fine = () => [report(1, [{}]), report(2, [{}])];

export function record(reports: readonly SliceReport[], over: Partial<CrowdRecord> = {}): CrowdRecord {
  return {
    name: 'crowd',
    expected: [1, 2],
    lost: [],
    reports,
    startedAt: '2026-11-23T14:00:00.000Z',
    stopped: null,
    metrics: { before: null, after: null, samples: [], routes: referenceContract().metrics },
    ...over,
  };
}

const written = {
  TEST_DURATION: '10',
  CONCURRENT_USERS: '6',
  JWT_SECRET: 'hunter2-is-secret',
  MEETINGS_SERVICE_URL: 'http://127.0.0.1:3002',
  SEED: '42',
};

export function summaryOf(
  crowd: CrowdRecord,
  targets = 'p95 < 100 ms; error rate < 1 %',
  settings: object = {},
) {
  return summarise({ ...crowd, ...circumstances(targets, settings) });
}

/** The evidence of a crowd in addition to its record. */
export function circumstances(targets = 'p95 < 100 ms; error rate < 1 %', settings: object = {}) {
  const read = readSettings({ ...written, ...settings });
  return {
    schedule: read.schedule,
    targets: targets === '' ? [] : parseTargets(splitTargets(targets)),
    facts: runFacts(read, { id: '20261123-140000-abcd', workers: 2, shard: { index: 1, of: 1 } }),
  };
}
