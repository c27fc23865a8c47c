import { constantUsers, type Schedule } from '../../../src/crowd/schedules/index.ts';
import { LiveRun } from '../../../src/live/live-run.ts';
import { parseTargets, splitTargets } from '../../../src/targets/target.ts';
import type { Outcome } from '../../../src/timings/outcome.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { shareReport } from '../crowd/share-reports.ts';

interface Calls {
  readonly name?: string;
  readonly outcome?: Outcome;
  readonly latencyMs?: number;
  /** So much earlier the answers can have arrived, at the most. */
  readonly widthMs?: number;
  /** In the second. */
  readonly count?: number;
}

/** One share as it would report: a second of calls, then a report. */
export class FedShare {
  readonly #timings = new Timings(0);
  readonly #share: number;
  readonly #of: number;
  #sequence = 0;
  #now = 0;

  constructor(share: number, of: number) {
    this.#share = share;
    this.#of = of;
  }

  /** The report after the next second, in which these calls ended and so many users were there. */
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
    return shareReport({
      share: this.#share,
      of: this.#of,
      sequence: this.#sequence,
      finished,
      elapsedMs: this.#now,
      users,
      timings: finished ? this.#timings.encode(this.#now) : this.#timings.snapshot(this.#now),
    });
  }
}

/** A live run of one crowd, whose shares report what the test says. */
export class FedRun {
  readonly live: LiveRun;
  readonly shares: readonly FedShare[];

  constructor({
    shares = 2,
    targets = 'p95 < 100 ms; error rate < 5 %',
    schedule = constantUsers(10, { durationMs: 20_000 }),
    id = '20261123-141516-x7f3',
  }: { shares?: number; targets?: string; schedule?: Schedule; id?: string } = {}) {
    const numbers = Array.from({ length: shares }, (_, index) => index + 1);
    this.shares = numbers.map((share) => new FedShare(share, shares));
    this.live = new LiveRun({
      id,
      serviceUrl: 'http://127.0.0.1:3002',
      schedule,
      targets: parseTargets(splitTargets(targets)),
      shares: numbers,
    });
  }

  /** A second in which every share made these calls; then the run ticks. */
  second(calls: readonly Calls[] = [{}], { users = 5, finished = false } = {}): void {
    for (const share of this.shares) this.live.report(share.second(calls, users, finished));
    this.live.tick();
  }
}
