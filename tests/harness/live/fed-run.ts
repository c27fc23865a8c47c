import { constantUsers, type Schedule } from '../../../src/crowd/schedules/index.ts';
import { LiveRun } from '../../../src/live/live-run.ts';
import { parseTargets, splitTargets } from '../../../src/targets/parse.ts';
import type { Outcome } from '../../../src/timings/outcome.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { sliceReport } from '../crowd/slice-reports.ts';

interface Calls {
  readonly name?: string;
  readonly outcome?: Outcome;
  readonly latencyMs?: number;
  /** The width of the latency bracket. */
  readonly widthMs?: number;
  /** The number of calls in the second. */
  readonly count?: number;
}

/** A slice that reports after each second of calls. */
export class FedSlice {
  readonly #timings = new Timings(0);
  readonly #slice: number;
  readonly #of: number;
  #sequence = 0;
  #now = 0;

  constructor(slice: number, of: number) {
    this.#slice = slice;
    this.#of = of;
  }

  /** The report after the next second, with these calls and users. */
  second(calls: readonly Calls[], users = 5, finished = false) {
    this.#timings.setUsers(users, this.#now);
    for (const { name = 'meeting.get', outcome = 'ok', latencyMs = 10, widthMs = 0, count = 30 } of calls) {
      const operation = this.#timings.operation(name);
      for (let index = 0; index < count; index++) {
        const endedAt = this.#now + ((index + 0.5) * 1000) / count;
        operation.record(outcome, endedAt - latencyMs, endedAt, undefined, endedAt - widthMs);
        if (outcome !== 'ok') operation.failure(outcome, `cause of ${outcome}`, `sample of ${outcome}`);
      }
    }
    this.#now += 1000;
    this.#sequence += 1;
    return sliceReport({
      slice: this.#slice,
      of: this.#of,
      sequence: this.#sequence,
      finished,
      elapsedMs: this.#now,
      users,
      timings: finished ? this.#timings.encode(this.#now) : this.#timings.snapshot(this.#now),
    });
  }
}

/** A live run of one crowd, whose slices report the calls that the test gives. */
export class FedRun {
  readonly live: LiveRun;
  readonly slices: readonly FedSlice[];

  constructor({
    slices = 2,
    targets = 'p95 < 100 ms; error rate < 5 %',
    schedule = constantUsers(10, { durationMs: 20_000 }),
    id = '20261123-141516-x7f3',
    load,
  }: { slices?: number; targets?: string; schedule?: Schedule; id?: string; load?: string } = {}) {
    const numbers = Array.from({ length: slices }, (_, index) => index + 1);
    this.slices = numbers.map((slice) => new FedSlice(slice, slices));
    this.live = new LiveRun({
      id,
      serviceUrl: 'http://127.0.0.1:3002',
      schedule,
      targets: targets === '' ? [] : parseTargets(splitTargets(targets)),
      slices: numbers,
      load,
    });
  }

  /** A second in which every slice made these calls; then the run ticks. */
  second(calls: readonly Calls[] = [{}], { users = 5, finished = false } = {}): void {
    for (const slice of this.slices) this.live.report(slice.second(calls, users, finished));
    this.live.tick();
  }
}
