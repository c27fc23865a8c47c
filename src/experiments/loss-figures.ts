import { entriesAmong } from '../checks/judge.ts';
import type { Entry } from '../checks/ledger.ts';
import { undertakings, within } from '../checks/operations.ts';
import { isDone } from '../checks/operations-complete.ts';
import type { NetworkAdvice } from '../meetings/meeting.ts';
import type { AchievedLoss } from '../network/achieved.ts';
import { LatencyHistogram } from '../timings/latency-histogram.ts';
import { quantilesMs } from '../timings/percentile.ts';
import { LOSS, type LossLevel } from './loss-level.ts';

/** The result of one level. An operation needs one or several calls. Latencies in ms, of successful operations. */
export interface LevelFigures {
  readonly achieved: AchievedLoss;
  readonly parts: string;
  readonly operations: number;
  readonly done: number;
  readonly expectedShare: number | undefined;
  readonly calls: number;
  /** The answered reports; of these, how many were advised to put audio first, and how many to accept the loss. */
  readonly reports: number;
  readonly audioFirst: number;
  readonly acceptable: number;
  readonly p50: number | undefined;
  readonly p95: number | undefined;
}

/** Calls that belong to the observation, not to the operations of users. */
const UNWANTED = new Set(['meeting.get', 'room.enter', 'meeting.reconnect']);

export function figuresOf(level: LossLevel, entries: readonly Entry[]): LevelFigures {
  const { deadlineMs } = level.conduct;
  const who = level.users.map(({ userId }) => userId);
  const all = undertakings(within(entries, LOSS), who).filter(({ op }) => !UNWANTED.has(op));
  const done = all.filter((one) => isDone(one, deadlineMs));
  const latencies = LatencyHistogram.empty();
  for (const { tookMs } of done) latencies.record(tookMs);
  const [p50, p95] = quantilesMs(latencies, [0.5, 0.95]);
  const { loss, parts } = level.achieved!;
  const advice = entriesAmong(level.cohort.idsBegin, entries).flatMap((entry) =>
    entry.type === 'ok' && entry.op === 'network.report' ? [entry.value as NetworkAdvice] : [],
  );
  return {
    achieved: loss,
    parts,
    operations: all.length,
    done: done.length,
    expectedShare: level.expectedShare,
    calls: all.reduce((sum, { calls }) => sum + calls, 0),
    reports: advice.length,
    audioFirst: advice.filter(({ enableAudioPriority }) => enableAudioPriority).length,
    acceptable: advice.filter(({ packetLossAcceptable }) => packetLossAcceptable).length,
    p50: p50 ?? undefined,
    p95: p95 ?? undefined,
  };
}

export function levelRows(levels: readonly LossLevel[], entries: readonly Entry[]): string[][] {
  return [
    [
      'set',
      'achieved',
      'of',
      'operations',
      'done',
      'expected',
      'P50 ms',
      'P95 ms',
      'retries',
      'reports',
      'audio first',
      'loss acceptable',
    ],
    ...levels.map((level) => {
      const { achieved, operations, done, expectedShare, calls, p50, p95, ...advised } = figuresOf(
        level,
        entries,
      );
      return [
        `${level.percent}%`,
        inPercent(achieved.lost, achieved.of),
        String(achieved.of),
        String(operations),
        `${done} (${inPercent(done, operations)})`,
        inPercent(expectedShare, 1),
        p50?.toFixed(0) ?? NONE,
        p95?.toFixed(0) ?? NONE,
        String(calls - operations),
        String(advised.reports),
        String(advised.audioFirst),
        String(advised.acceptable),
      ];
    }),
  ];
}

const NONE = '–';

function inPercent(part: number | undefined, whole: number): string {
  return part === undefined || whole === 0 ? NONE : `${((100 * part) / whole).toFixed(1)}%`;
}
