import { bounds } from '../../crowd/generator-checks.ts';
import type { LevelKind } from '../../crowd/levels/order.ts';
import type { SliceReport } from '../../crowd/slice-report.ts';
import { counted, ms, number } from '../../kernel/figures.ts';
import { sampledSecond } from '../../timings/second.ts';

/** One thread makes all calls of a slice. Above this, in cores, it begins calls late. */
export const BUSY_CORES = 0.95;

/**
 * The latest arrival of a second may be this late, in ms. It is only one of many, so the bound is wider than that of the
 * P99 of a load (100 ms): a short block of the event loop makes a small burst, and no smaller load.
 */
const LATEST_ARRIVAL_MS = 250;

/** The counts of a slice up to its last report. */
interface Counts {
  readonly dropped: number;
  readonly limited: number;
  readonly lateMs: number;
  readonly userMs: number;
}

interface Seen {
  reason: string | null;
  cpu: number;
}

/** What limited the load generator in each second, from the reports of all slices. Keeps only the seconds that are not read. */
export class GeneratorLimits {
  readonly #kind: LevelKind;
  readonly #before = new Map<number, Counts>();
  readonly #seconds = new Map<number, Seen>();

  constructor(kind: LevelKind) {
    this.#kind = kind;
  }

  add(report: SliceReport): void {
    const { slice } = report;
    const [before, counts] = [this.#before.get(slice), countsOf(report, this.#kind)];
    this.#before.set(slice, counts);
    const sample = report.samples.at(-1);
    const reason = sample && (busyIn(sample, slice) ?? limitBetween(before, counts));
    if (sample === undefined) return;
    const second = sampledSecond(sample.atMs);
    const seen = this.#seconds.get(second) ?? { reason: null, cpu: 0 };
    seen.reason ??= reason ?? null;
    seen.cpu = Math.max(seen.cpu, sample.cpu);
    this.#seconds.set(second, seen);
  }

  /** Reads a second for the last time, and forgets it with those before it. */
  take(second: number): Seen {
    const seen = this.#seconds.get(second) ?? { reason: null, cpu: 0 };
    for (const old of this.#seconds.keys()) if (old <= second) this.#seconds.delete(old);
    return seen;
  }
}

function busyIn({ cpu, loopDelayMaxMs, arrivalLateMs = 0 }: SliceReport['samples'][number], slice: number) {
  if (cpu >= BUSY_CORES) return `slice ${slice} used ${number(cpu)} of one core`;
  if (loopDelayMaxMs > bounds.longestBlockMs)
    return `the event loop of slice ${slice} was blocked for ${ms(loopDelayMaxMs)}`;
  if (arrivalLateMs > LATEST_ARRIVAL_MS)
    return `arrivals were ${ms(arrivalLateMs)} late (limit ${ms(LATEST_ARRIVAL_MS)})`;
  return undefined;
}

function limitBetween(before: Counts | undefined, now: Counts): string | undefined {
  const since = (name: keyof Counts) => now[name] - (before?.[name] ?? 0);
  if (since('dropped') > 0)
    return `${counted(since('dropped'), 'arrival')} skipped (user limit of the load generator reached)`;
  if (since('limited') > 0)
    return `${counted(since('limited'), 'participant')} had no port, file or memory left`;
  const lost = since('userMs') > 0 ? (since('lateMs') / since('userMs')) * 100 : 0;
  if (lost > bounds.lateStartsPercent)
    return `participants lost ${number(lost)}% of their time because their calls began late`;
  return undefined;
}

function countsOf({ sessions, health, timings }: SliceReport, kind: LevelKind): Counts {
  const { dropped, limited = 0 } = sessions;
  // Calls that begin late do not change a rate of arrivals.
  if (kind === 'arrivals') return { dropped, limited, lateMs: 0, userMs: 0 };
  const lateMs = Object.values(timings.operations).reduce(
    (sum, { lateStart }) => sum + (lateStart?.sumMs ?? 0),
    0,
  );
  return { dropped, limited, lateMs, userMs: health.userMs ?? 0 };
}
