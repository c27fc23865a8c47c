import type { Limit } from '../../../src/capacity/limits.ts';
import type { Step } from '../../../src/capacity/search.ts';
import type { Resource, Second } from '../../../src/capacity/second.ts';
import { type Random, seeded } from '../../../src/kernel/random.ts';
import { LatencyHistogram } from '../../../src/timings/latency-histogram.ts';
import { normal } from '../history/records.ts';

export const NOISES = ['calm', 'autocorrelated', 'phased'] as const;
export type Noise = (typeof NOISES)[number];

export interface ServiceOptions {
  readonly axis: 'users' | 'arrivals';
  /** Calls per second of the only server, without noise. */
  readonly perSecond: number;
  readonly noise: Noise;
  readonly seed: string | number;
  /** The mean pause of a user between two calls; exponential. */
  readonly pauseMs?: number;
  /** Calls of a session of an arrival rate, on average (geometric), with pauses between them. */
  readonly callsPerSession?: number;
  /** From this number of users, or arrivals per second, on, the load generator is its own limit. */
  readonly generatorLimit?: number;
}

const LIMIT_MS = 500;
export const LIMIT: Limit = { text: 'latency p95 < 500 ms', thresholdMs: LIMIT_MS, required: 0.95 };

/** New participants are spread over this time, and those who leave over the other. */
const ARRIVE_MS = 5000;
const LEAVE_MS = 2000;
const SUBSTEP_MS = 100;

/**
 * A service with one server and a queue, in virtual time: it handles calls one after the other, each in `1 / perSecond`
 * with a little jitter. Its noise changes the speed of the server:
 * - `calm`: only the jitter;
 * - `autocorrelated`: the speed wanders (AR(1), 5 to 10% standard deviation, 5 to 15 s correlation time);
 * - `phased`: slow phases (20 to 60 s apart, a sixth to a third of the time, 5 to 25% slower), and pauses of 50 to 200 ms
 *   as of a garbage collector.
 * Users are a closed crowd: each waits for its answer, then pauses. Arrivals are a Poisson process of single calls.
 */
export class SimulatedService {
  readonly #options: ServiceOptions;
  readonly #random: Random;
  readonly #character: Random;
  /** Instants at which the waiting calls arrived, in ms; the first one is in service. */
  #queue: number[] = [];
  #head = 0;
  #now = 0;
  /** The end of the call in service. */
  #doneAt = Number.POSITIVE_INFINITY;
  #users = 0;
  #target = 0;
  #targetFrom = 0;
  #speed = 1;
  #wander = 0;
  #pauseUntil = 0;
  /** Sessions of an arrival rate that pause. */
  #pausing = 0;
  readonly #phase;
  readonly #memory;
  readonly #deviation;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#random = seeded('simulated service', options.seed);
    // The same character for the same seed, whatever the course of the random numbers.
    this.#character = seeded('character', options.seed);
    const between = (low: number, high: number) => low + (high - low) * this.#character();
    this.#deviation = between(0.05, 0.1);
    this.#memory = Math.exp(-1 / between(5, 15));
    this.#phase = {
      cycleS: between(20, 60),
      slow: between(1 / 6, 1 / 3),
      speed: 1 / between(1.05, 1.25),
      offsetS: 60 * this.#random(),
      pauseMs: between(50, 200),
      pauseEveryS: between(5, 15),
    };
  }

  /** One second under this step. */
  second(step: Step): Second {
    const from = this.#now;
    if (from === 0) this.#turn(step);
    const ok = LatencyHistogram.empty(2);
    let [within, userMs] = [0, 0];
    this.#wander =
      this.#memory * this.#wander + Math.sqrt(1 - this.#memory ** 2) * this.#deviation * normal(this.#random);
    for (let at = from; at < from + 1000; at += SUBSTEP_MS) {
      this.#setSpeed(at);
      this.#move(at);
      this.#advance(at + SUBSTEP_MS, (latencyMs) => {
        ok.record(latencyMs);
        if (latencyMs <= LIMIT_MS) within += 1;
      });
      userMs += this.#active * SUBSTEP_MS;
    }
    return this.#secondOf(from, step, { ok, within, userMs });
  }

  /** Begins another step: its users arrive, or those who are there leave. */
  turn(step: Step): void {
    this.#turn(step);
  }

  #turn(step: Step): void {
    this.#targetFrom = this.#users;
    this.#target = step.kind === 'level' ? step.level : 0;
    this.#turnedAt = this.#now;
  }
  #turnedAt = 0;

  /** Users who are there: those of an arrival rate are their calls. */
  get #active(): number {
    const waiting = this.#queue.length - this.#head;
    return this.#options.axis === 'users' ? Math.max(this.#users, waiting) : waiting + this.#pausing;
  }

  #secondOf(
    atMs: number,
    step: Step,
    { ok, within, userMs }: { ok: LatencyHistogram; within: number; userMs: number },
  ): Second {
    const { generatorLimit = Number.POSITIVE_INFINITY } = this.#options;
    const resources: Resource[] = [
      { name: 'service CPU', value: ok.count / this.#options.perSecond, unit: 'cores', limit: 0.95 },
    ];
    return {
      atMs,
      step: step.number,
      users: userMs / 1000,
      within: [{ '': { latest: within, earliest: within, of: ok.count } }],
      calls: ok.count,
      failed: 0,
      ok,
      meanMs: ok.count === 0 ? null : ok.sumMs / ok.count,
      inFlight: ok.sumMs / 1000,
      generator: this.#target >= generatorLimit ? 'a slice used 99% of its core' : null,
      resources,
    };
  }

  #setSpeed(at: number): void {
    const { noise } = this.#options;
    if (noise === 'calm') return;
    if (noise === 'autocorrelated') {
      this.#speed = Math.exp(this.#wander);
      return;
    }
    const { cycleS, slow, speed, offsetS, pauseEveryS, pauseMs } = this.#phase;
    const part = ((at / 1000 + offsetS) % cycleS) / cycleS;
    this.#speed = part < slow ? speed : 1;
    if (this.#random() < SUBSTEP_MS / 1000 / pauseEveryS) this.#pauseUntil = at + pauseMs;
  }

  #move(at: number): void {
    const [from, to] = [this.#targetFrom, this.#target];
    const spread = to > from ? ARRIVE_MS : LEAVE_MS;
    const part = Math.min(1, (at + SUBSTEP_MS - this.#turnedAt) / spread);
    this.#users = this.#options.axis === 'users' ? Math.round(from + (to - from) * part) : to;
    if (to === 0) this.#pausing = Math.floor(this.#pausing * (1 - part));
  }

  /** All arrivals and answers up to an instant. Exponential pauses have no memory, so each step can draw again. */
  #advance(until: number, onAnswer: (latencyMs: number) => void): void {
    const { axis, pauseMs = 1000, callsPerSession = 1 } = this.#options;
    for (;;) {
      const waiting = this.#queue.length - this.#head;
      const fresh = axis === 'users' ? Math.max(0, this.#users - waiting) / pauseMs : this.#users / 1000;
      const rate = fresh + this.#pausing / pauseMs;
      const arrivesAt = rate > 0 ? this.#now - Math.log(1 - this.#random()) / rate : Number.POSITIVE_INFINITY;
      if (Math.min(arrivesAt, this.#doneAt) >= until) {
        this.#now = until;
        return;
      }
      if (arrivesAt < this.#doneAt) {
        this.#now = arrivesAt;
        if (this.#pausing > 0 && this.#random() * rate > fresh) this.#pausing -= 1;
        this.#queue.push(arrivesAt);
        if (waiting === 0) this.#serve();
      } else {
        this.#now = this.#doneAt;
        onAnswer(this.#now - this.#queue[this.#head++]!);
        if (callsPerSession > 1 && this.#random() >= 1 / callsPerSession) this.#pausing += 1;
        if (this.#head > 10_000) {
          this.#queue = this.#queue.slice(this.#head);
          this.#head = 0;
        }
        if (waiting > 1) this.#serve();
        else this.#doneAt = Number.POSITIVE_INFINITY;
      }
    }
  }

  #serve(): void {
    const jitter = this.#options.noise === 'calm' ? 1 : 0.8 + 0.4 * this.#random();
    const begins = Math.max(this.#now, this.#pauseUntil);
    this.#doneAt = begins + ((1000 / this.#options.perSecond) * jitter) / this.#speed;
  }
}
