import { mean } from 'simple-statistics';
import { LatencyHistogram } from '../timings/latency-histogram.ts';
import { quantilesMs } from '../timings/percentile.ts';
import type { Level } from './evidence.ts';
import type { Growth } from './growth.ts';
import { limitedBy } from './limited-by.ts';
import type { OpenLevel } from './open-level.ts';
import type { Second } from './second.ts';
import { sum, WINDOW_S } from './settle.ts';
import { FINAL, sharesOf } from './shares.ts';

/** A level that never settled has the figures of its last windows. */
const UNSETTLED_WINDOWS = 3;

export interface Found {
  readonly verdict: Level['verdict'];
  readonly message: string;
}

interface End extends Found {
  /** The index of the first judged second; null if the level never settled. */
  readonly from: number | null;
  readonly growth: Growth | null;
}

/** The evidence of a level, with its figures. */
export function levelOf(open: OpenLevel, seconds: readonly Second[], { from, growth, ...found }: End): Level {
  const judged = from === null ? seconds.slice(-UNSETTLED_WINDOWS * WINDOW_S) : seconds.slice(from);
  const ok = LatencyHistogram.empty(2);
  for (const second of judged) ok.add(second.ok);
  const [p50Ms = null, p95Ms = null, p99Ms = null] = quantilesMs(ok, [0.5, 0.95, 0.99]);
  const [calls, failed] = [sum(judged, (second) => second.calls), sum(judged, (second) => second.failed)];
  const startedAtMs = seconds[0]?.atMs ?? 0;
  return {
    level: open.level,
    purpose: open.purpose,
    startedAtMs,
    judgedFromMs: from === null ? null : judged[0]!.atMs,
    endedAtMs: (seconds.at(-1)?.atMs ?? startedAtMs - 1000) + 1000,
    ...found,
    limits: sharesOf(judged, open.limits, FINAL).map((share) => share.judged),
    growth: found.verdict === 'breaks' ? growth : null,
    calls,
    perSecond: judged.length === 0 ? 0 : (calls - failed) / judged.length,
    users: judged.length === 0 ? 0 : mean(judged.map(({ users }) => users)),
    p50Ms,
    p95Ms,
    p99Ms,
    errorRatePercent: calls === 0 ? null : (failed / calls) * 100,
    resources: resourcesOf(judged),
    generator: found.verdict === 'generator' ? found.message : (limitedBy(open, judged) ?? null),
  };
}

/** The mean of each resource over the readings of the level. */
function resourcesOf(seconds: readonly Second[]): Level['resources'] {
  const readings = seconds.flatMap(({ resources }) => resources);
  return [...new Set(readings.map(({ name }) => name))].map((name) => {
    const own = readings.filter((reading) => reading.name === name);
    const value = mean(own.map((reading) => reading.value));
    const { unit, limit } = own.at(-1)!;
    return { name, value, unit, limit, isAtLimit: limit !== null && value >= limit };
  });
}
