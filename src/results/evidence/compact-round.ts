import { Attendance } from '../../crowd/attendance.ts';
import type { CrowdRecord } from '../../crowd/coordinator/messages.ts';
import { crowdFigures } from '../../crowd/crowd-figures.ts';
import { discrepancies } from '../../crowd/discrepancies.ts';
import { selfCheck } from '../../crowd/generator-checks.ts';
import { durationMs, type Schedule } from '../../crowd/schedules/index.ts';
import { allTimings, type SliceReport } from '../../crowd/slice-report.ts';
import { inUnit } from '../../kernel/figures.ts';
import { sumCounts } from '../../kernel/sum-counts.ts';
import type { Round } from '../../soak/evidence.ts';
import { judge } from '../../targets/judge.ts';
import type { Target } from '../../targets/target.ts';
import type { EncodedOperation, EncodedWindow } from '../../timings/encoded.ts';
import type { LatencyHistogram } from '../../timings/latency-histogram.ts';
import { type MergedOperation, MergedTimings, totalOfService } from '../../timings/merged-timings.ts';
import { quantilesMs } from '../../timings/percentile.ts';
import { oneSecond, together } from '../../timings/worst-window.ts';

/** The length of a block of latencies, in seconds. */
const BLOCK_S = 30;

/** What a round is, besides the reports of its slices. */
export interface RoundContext {
  readonly number: number;
  /** The start of the soak: wall clock, ISO 8601. */
  readonly soakStartedAt: string;
  readonly schedule: Schedule;
  /** Targets about a worst window are judged here, because the seconds of a round are not kept. */
  readonly targets: readonly Target[];
}

type Reported = Pick<CrowdRecord, 'expected' | 'lost' | 'reports' | 'startedAt'>;

/** A round without its seconds: its operations over all slices, and blocks of about 30 s. It has not rested yet. */
export function compactRound(
  crowd: Reported,
  { number, soakStartedAt, schedule, targets }: RoundContext,
): Round {
  const { reports, expected, lost, startedAt } = crowd;
  const timings = new MergedTimings(allTimings(reports));
  const startedAtMs = Math.max(0, Date.parse(startedAt ?? soakStartedAt) - Date.parse(soakStartedAt));
  const workedMs = Math.max(0, ...reports.map(({ elapsedMs }) => elapsedMs));
  const findings = selfCheck(reports).filter(({ ok, spoils }) => !ok && spoils !== 'nothing');
  const scheduleS = Math.min(durationMs(schedule), workedMs) / 1000;
  return {
    schema: 'fullhouse/soak-round/1',
    number,
    startedAtMs,
    endedAtMs: startedAtMs + workedMs,
    restedAtMs: null,
    isWhole: expected.every((slice) => reports.some((one) => one.slice === slice && one.finished)),
    sessions: sumSessions(reports),
    operations: Object.fromEntries(
      [...timings.operations].map(([name, operation]) => [name, encoded(operation, startedAtMs)]),
    ),
    blocks: blocksOf(timings, startedAtMs),
    rest: null,
    generator: findings.map(({ check, value, bound, unit }) => {
      return `${check} ${inUnit(value, unit)}, limit ${inUnit(bound, unit)}`;
    }),
    findings,
    lost: [...lost],
    discrepancies: discrepancies(reports, timings),
    figures: figuresOf(reports, timings, schedule),
    worst: targets
      .filter(({ worstSeconds = Number.POSITIVE_INFINITY }) => worstSeconds <= scheduleS)
      .map((target) => judge(target, timings, { scheduleS })),
  };
}

function figuresOf(reports: readonly SliceReport[], timings: MergedTimings, schedule: Schedule) {
  const attended = new Attendance();
  for (const report of reports) attended.add(report.slice, report.timings.windows);
  const figures = crowdFigures(reports, timings, { schedule, reached: attended.reached(schedule) });
  return Object.fromEntries(Object.entries(figures).map(([name, { part, of }]) => [name, { part, of }]));
}

function sumSessions(reports: readonly SliceReport[]): Round['sessions'] {
  const parts = reports.flatMap(({ sessions, browsers }) =>
    browsers ? [sessions, browsers.sessions] : [sessions],
  );
  const sum = (kind: 'started' | 'completed' | 'cutShort' | 'rejected' | 'dropped') =>
    parts.reduce((all, part) => all + part[kind], 0);
  return {
    started: sum('started'),
    completed: sum('completed'),
    gaveUp: sumCounts(parts.map(({ gaveUp }) => gaveUp)),
    cutShort: sum('cutShort'),
    rejected: sum('rejected'),
    dropped: sum('dropped'),
  };
}

/** As a slice encodes an operation. `atMs` of its slowest calls becomes the time since the start of the soak. */
function encoded(operation: MergedOperation, startedAtMs: number): EncodedOperation {
  const { outcomes, ok, earliest, drained, failed, response, lateStart, slowest, causes } = operation;
  const histograms: Record<string, LatencyHistogram> = { ok, earliest, drained, failed, response, lateStart };
  return {
    outcomes,
    ...Object.fromEntries(
      Object.entries(histograms)
        .filter(([, { count }]) => count > 0)
        .map(([kind, histogram]) => [kind, histogram.encode()]),
    ),
    ...(slowest.length > 0
      ? { slowest: slowest.map((call) => ({ ...call, atMs: call.atMs + startedAtMs })) }
      : {}),
    causes: [...causes.values()],
  };
}

/** A rest of less than half a block belongs to the last block. */
function blocksOf({ windows }: MergedTimings, startedAtMs: number): Round['blocks'] {
  const seconds = Math.max(-1, ...windows.keys()) + 1;
  const count = Math.max(1, Math.round(seconds / BLOCK_S));
  if (seconds === 0) return [];
  return Array.from({ length: count }, (_, at) => {
    const [from, to] = [at * BLOCK_S, at === count - 1 ? seconds : (at + 1) * BLOCK_S];
    const parts = Array.from({ length: to - from }, (_, second) => windows.get(from + second) ?? []);
    const { outcomes, ok } = together(parts.map((part) => oneSecond(part)));
    const calls = totalOfService(outcomes);
    const [p50Ms = null, p95Ms = null] = quantilesMs(ok, [0.5, 0.95]);
    return {
      fromMs: startedAtMs + from * 1000,
      toMs: startedAtMs + to * 1000,
      users: parts.flat().reduce((sum, window) => sum + usersIn(window), 0) / (to - from),
      calls,
      failed: calls - (outcomes.ok ?? 0),
      p50Ms,
      p95Ms,
    };
  });
}

function usersIn({ users, userMs = users * 1000 }: EncodedWindow): number {
  return userMs / 1000;
}
