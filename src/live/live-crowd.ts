import { Attendance } from '../crowd/attendance.ts';
import { crowdFigures } from '../crowd/crowd-figures.ts';
import { type GeneratorAdds, generatorAdds } from '../crowd/generator-adds.ts';
import { selfCheck } from '../crowd/generator-checks.ts';
import { allReadings } from '../crowd/page-readings.ts';
import { durationMs, type Schedule } from '../crowd/schedules/index.ts';
import { type SelfCheckFinding, standing } from '../crowd/self-check.ts';
import { allTimings, type SliceReport } from '../crowd/slice-report.ts';
import type { Target } from '../targets/target.ts';
import type { EncodedTimings, EncodedWindow } from '../timings/encoded.ts';
import type { LatencyHistogram } from '../timings/latency-histogram.ts';
import { MergedTimings, totalOfService } from '../timings/merged-timings.ts';
import { sampledSecond, secondAt } from '../timings/second.ts';
import { oneSecond, type Second, together } from '../timings/worst-window.ts';
import { ClosedSeconds } from './closed-seconds.ts';
import { type Latencies, latenciesOf } from './latencies.ts';
import { type LiveTarget, LiveTargets } from './live-targets.ts';
import { RecentDeliveries } from './recent-deliveries.ts';

/** Each latency of the time axis covers these last seconds: one second alone has too few samples for a P99. */
const LATENCY_OVER_S = 10;

/** Windows of the same second arrive within this time; `ClosedSeconds` handles silent slices. */
const ATTENDANCE_SECONDS = 30;

/** An hour; the live view drops older seconds. */
const KEPT_SECONDS = 3600;

/** One closed second of the crowd over all slices; latencies are of the successes of the last `LATENCY_OVER_S`. */
export interface LiveSecond extends Latencies {
  readonly second: number;
  readonly users: number;
  readonly total: number;
  readonly failed: number;
  /** P95 of the delivery of room events, in ms, within the latest settled seconds. */
  readonly deliveryP95Ms: number | null;
  /** The longest time in which a slice did not read its sockets, in ms; null if no slice reported it. */
  readonly loopDelayMaxMs: number | null;
}

/** Reports come every second. */
const SILENT_AFTER_MS = 5000;

export type SliceState = 'reporting' | 'silent' | 'lost' | 'finished';

export type CrowdPhase = 'participants arrive' | 'participants finish' | 'over';

export interface LiveCrowdOptions {
  readonly name: string;
  /** Slices that this machine runs. */
  readonly expected: readonly number[];
  readonly schedule: Schedule;
  readonly targets: readonly Target[];
}

/** A crowd while it runs, from the reports that its slices send every second. */
export class LiveCrowd {
  readonly name: string;
  readonly scheduleS: number;
  readonly #schedule: Schedule;
  readonly #targets: LiveTargets;
  readonly #seconds: LiveSecond[] = [];
  readonly #closed: ClosedSeconds;
  readonly #latest: Second[] = [];
  readonly #deliveries = new RecentDeliveries(LATENCY_OVER_S);
  readonly #loopDelays = new Map<number, number>();
  readonly #reports = new Map<number, SliceReport>();
  readonly #heardAt = new Map<number, number>();
  readonly #lost = new Set<number>();
  #merged: MergedTimings | undefined;
  #judged: readonly LiveTarget[] | undefined;
  readonly #latencies = new Map<LatencyHistogram, Latencies>();
  readonly #attendance = new Attendance();
  #isOver = false;

  constructor({ name, expected, schedule, targets }: LiveCrowdOptions) {
    this.name = name;
    this.scheduleS = durationMs(schedule) / 1000;
    this.#schedule = schedule;
    this.#targets = new LiveTargets(targets);
    this.#closed = new ClosedSeconds(expected, (second, parts) => this.#close(second, parts));
  }

  add(report: SliceReport): void {
    this.#reports.set(report.slice, report);
    this.#heardAt.set(report.slice, performance.now());
    this.#attendance.add(report.slice, report.timings.windows);
    this.#attendance.forget(report.elapsedMs / 1000 - ATTENDANCE_SECONDS);
    this.#merged = undefined;
    this.#judged = undefined;
    this.#latencies.clear();
    for (const { atMs, loopDelayMaxMs } of report.samples) {
      const second = sampledSecond(atMs);
      if (second <= (this.#seconds.at(-1)?.second ?? -1)) continue;
      this.#loopDelays.set(second, Math.max(loopDelayMaxMs, this.#loopDelays.get(second) ?? 0));
    }
    this.#deliveries.add(report);
    this.#closed.add(report);
  }

  /** The process of this slice is gone. */
  lose(slice: number): void {
    this.#lost.add(slice);
    this.#closed.lose(slice);
  }

  end(): void {
    this.#isOver = true;
    this.#judged = undefined;
    this.#closed.flush();
  }

  get reports(): readonly SliceReport[] {
    return [...this.#reports.values()];
  }

  /** Whether the slice still reports, has sent its last report, or is silent before its last report. */
  stateOf({ slice, finished }: SliceReport, now = performance.now()): SliceState {
    if (finished) return 'finished';
    if (this.#lost.has(slice)) return 'lost';
    return now - this.#heardAt.get(slice)! > SILENT_AFTER_MS ? 'silent' : 'reporting';
  }

  get phase(): CrowdPhase {
    if (this.#isOver) return 'over';
    return this.elapsedS < this.scheduleS ? 'participants arrive' : 'participants finish';
  }

  get elapsedS(): number {
    return Math.max(0, ...this.reports.map(({ elapsedMs }) => elapsedMs)) / 1000;
  }

  get users(): number {
    return this.reports.reduce((sum, { users, browsers }) => sum + users + (browsers?.users ?? 0), 0);
  }

  /** Since the start, over all slices; merged on request, and again after the next report. */
  get timings(): MergedTimings {
    this.#merged ??= new MergedTimings(
      allTimings(this.reports).map((timings) => withoutUnused(timings, this.#targets.needResponse)),
    );
    return this.#merged;
  }

  /** Percentiles of a histogram of `timings`, computed once for all views. */
  latencies(histogram: LatencyHistogram): Latencies {
    const known = this.#latencies.get(histogram) ?? latenciesOf(histogram);
    this.#latencies.set(histogram, known);
    return known;
  }

  get targets(): readonly LiveTarget[] {
    const { elapsedS, scheduleS } = this;
    // All users come at once: only the time that has passed counts.
    const judgedS = scheduleS === 0 ? elapsedS : Math.min(scheduleS, elapsedS);
    this.#judged ??= this.#targets.judge(
      this.timings,
      {
        scheduleS: judgedS,
        durationS: elapsedS,
        crowd: crowdFigures(this.reports, this.timings, {
          schedule: this.#schedule,
          reached: this.#attendance.reached(this.#schedule),
        }),
        readings: allReadings(this.reports),
      },
      this.#isOver,
    );
    return this.#judged;
  }

  get health(): readonly SelfCheckFinding[] {
    return selfCheck(this.reports);
  }

  /** The findings that put the current verdict in doubt. */
  get standing(): readonly SelfCheckFinding[] {
    return standing(this.health, this.targets);
  }

  /** What the load generator has added to latencies so far. */
  get generatorAdds(): GeneratorAdds | null {
    const { reports } = this;
    return reports.length === 0 ? null : generatorAdds(reports, this.timings.actions.latencies);
  }

  /** The closed seconds, the oldest first; no more than the last hour. */
  get seconds(): readonly LiveSecond[] {
    return this.#seconds;
  }

  #close(second: number, parts: readonly EncodedWindow[]): void {
    const recorded = oneSecond(parts);
    const total = totalOfService(recorded.outcomes);
    this.#seconds.push({
      second,
      users: parts.reduce((sum, { users }) => sum + users, 0),
      total,
      failed: total - (recorded.outcomes.ok ?? 0),
      ...latenciesOf(latest(this.#latest, recorded)),
      deliveryP95Ms: latenciesOf(this.#deliveries.latencies).p95Ms,
      loopDelayMaxMs: this.#loopDelays.get(second) ?? null,
    });
    this.#loopDelays.delete(second);
    if (this.#seconds.length > KEPT_SECONDS) this.#seconds.shift();
    if (this.scheduleS === 0 || second < secondAt(this.scheduleS * 1000)) this.#targets.addSecond(parts);
  }
}

/** Adds a second to the latest ones; returns the latencies of all of them. */
function latest(seconds: Second[], next: Second): LatencyHistogram {
  seconds.push(next);
  if (seconds.length > LATENCY_OVER_S) seconds.shift();
  return together(seconds).ok;
}

/** Omits histograms that no live figure needs: decoding and merging them is expensive. */
function withoutUnused({ operations }: EncodedTimings, needResponse: boolean): EncodedTimings {
  const used = Object.entries(operations).map(([name, operation]) => {
    const { failed: _, lateStart: __, drained: ___, response, ...rest } = operation;
    return [name, { ...rest, ...(needResponse && response ? { response } : {}) }];
  });
  return { operations: Object.fromEntries(used), windows: [] };
}
