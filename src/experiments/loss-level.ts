import { entriesAmong } from '../checks/among.ts';
import { check, type NamedCheck } from '../checks/catalogue.ts';
import type { Finding } from '../checks/check.ts';
import type { Entry } from '../checks/ledger.ts';
import { type Stretch, undertakings, within } from '../checks/operations.ts';
import { isDone } from '../checks/operations-complete.ts';
import type { LossLayer, LossyWays } from '../faults/loss-layer.ts';
import type { Clock } from '../kernel/clock.ts';
import type { NetworkAdvice } from '../meetings/meeting.ts';
import { type AchievedLoss, achievedLoss } from '../network/achieved.ts';
import type { Witness } from '../participants/witness.ts';
import { LatencyHistogram } from '../timings/latency-histogram.ts';
import type { Outcome } from '../timings/outcome.ts';
import { networkQuality } from './network-quality.ts';
import type { People } from './people.ts';

export const LOSS: Stretch = ['the loss begins', 'the loss ends'];

/** How the users of a level go about what they want. */
export interface Conduct {
  readonly users: number;
  /** They are in the room, with an open connection, when the loss begins; else joining is part of what can be lost. */
  readonly areThereBefore: boolean;
  /** Calls for one operation, each after the last one had no answer. */
  readonly attempts: number;
  /** For one operation, from its first call. */
  readonly deadlineMs: number;
  /** For one call. */
  readonly timeoutMs: number;
  /** The users begin one after the other within this time, so that they do not crowd out each other. */
  readonly spreadMs: number;
  /** Nobody begins an operation later than this after their first one. */
  readonly beginsWithinMs: number;
  /** Of everybody's line; what they report. */
  readonly bandwidthKbps: number;
  /** After which pause the service closes a connection; null where it does not say. */
  readonly idleCloseMs?: number | null;
  readonly clock: Clock;
}

/** What became of one level. Operations are what users wanted, calls what it took; latencies in ms, of what was done. */
export interface LevelFigures {
  readonly achieved: AchievedLoss;
  readonly parts: string;
  readonly operations: number;
  readonly done: number;
  readonly expectedShare: number | undefined;
  readonly calls: number;
  /** Reports that were answered, and of these: advised to put audio first, told that the loss is acceptable. */
  readonly reports: number;
  readonly audioFirst: number;
  readonly acceptable: number;
  readonly p50: number | undefined;
  readonly p95: number | undefined;
}

/** Calls that are part of the observation and not of what users want. */
const UNWANTED = new Set(['get', 'enter', 'reconnect']);

/** The users who suffer one level of loss in a meeting of their own, and an observer who does not. */
export class LossLevel {
  readonly percent: number;
  readonly people: People;
  readonly meetingId: string;
  readonly observer: Witness;
  readonly users: readonly Witness[];
  readonly #layer: LossLayer;
  readonly #ways: LossyWays;
  readonly #conduct: Conduct;
  #achieved: { loss: AchievedLoss; parts: string } | undefined;
  #counting: ReturnType<LossyWays['counts']> | undefined;

  private constructor(
    percent: number,
    layer: LossLayer,
    conduct: Conduct,
    opened: Pick<LossLevel, 'people' | 'meetingId' | 'observer' | 'users'> & { ways: LossyWays },
  ) {
    this.percent = percent;
    this.people = opened.people;
    this.meetingId = opened.meetingId;
    this.observer = opened.observer;
    this.users = opened.users;
    this.#layer = layer;
    this.#ways = opened.ways;
    this.#conduct = conduct;
  }

  /** Creates the meeting; the observer arrives, and the users where the conduct says so. */
  static async open(
    percent: number,
    layer: LossLayer,
    everybody: People,
    conduct: Conduct,
  ): Promise<LossLevel> {
    const name = `l${percent}`;
    const people = everybody.group(name, { timeoutMs: conduct.timeoutMs });
    const ways = await layer.open(`loss-${percent}`);
    const meetingId = await people.meeting(`fullhouse packet loss ${percent} %`, conduct.users + 2);
    const [observer] = await people.open(meetingId, 1);
    const { route, wrap } = ways;
    const users = await people.open(meetingId, conduct.users, {
      ...(route ? { route: (number) => route(number) } : {}),
      ...(wrap ? { wrap: (number, context) => wrap(number, context) } : {}),
    });
    await observer!.arrive();
    if (conduct.areThereBefore) await Promise.all(users.map((user) => user.arrive()));
    return new LossLevel(percent, layer, conduct, { people, meetingId, observer: observer!, users, ways });
  }

  /** `30 % of HTTP exchanges lost (application)`: a result without its layer says nothing. */
  get title(): string {
    return `${this.percent} % of ${this.#layer.unit} lost (${this.#layer.name})`;
  }

  /** Those who never want to leave. */
  get staying(): readonly Witness[] {
    return this.users.filter((_, index) => !leaves(index));
  }

  async begin(): Promise<void> {
    await this.#ways.lose(this.percent);
  }

  /** What was lost is counted before it ends. */
  async end(): Promise<void> {
    const { lost, of, parts } = await this.#ways.counts();
    this.#achieved = { loss: achievedLoss(this.percent, lost, of), parts };
    await this.#ways.heal();
  }

  async close(): Promise<void> {
    await this.#ways.heal();
    await this.#ways.close?.();
  }

  /** Those who have heard everything, or will at once when the loss ends: they can tell what was lost on the way. */
  get earwitnesses(): readonly Witness[] {
    return this.#layer.catchesUpAtOnce ? [this.observer, ...this.staying] : [this.observer];
  }

  /** Everybody does what people do in a meeting, and gives up at the first operation that cannot be done. */
  async takePart(): Promise<void> {
    const { clock, spreadMs, beginsWithinMs } = this.#conduct;
    const startedAt = clock.now();
    await Promise.all(
      this.users.map(async (user, index) => {
        await clock.until(startedAt + (spreadMs * index) / this.users.length);
        const beginsUntil = clock.now() + beginsWithinMs;
        const roundTrips: number[] = [];
        for (const step of this.#steps(user, index, roundTrips)) {
          if (clock.now() > beginsUntil) return;
          if (!(await this.#isDone(step, roundTrips))) return;
        }
      }),
    );
  }

  /** Half of them leave at the end; of the others, half leave their hand up. */
  #steps(user: Witness, index: number, roundTrips: readonly number[]): (() => Promise<Outcome>)[] {
    const report = () => this.#report(user, roundTrips);
    return [
      ...(this.#conduct.areThereBefore ? [] : [() => user.join()]),
      () => user.raiseHand(),
      report,
      ...(index % 4 === 3 ? [] : [() => user.lowerHand()]),
      report,
      ...(leaves(index) ? [() => user.leave()] : []),
    ];
  }

  async #isDone(act: () => Promise<Outcome>, roundTrips: number[]): Promise<boolean> {
    const { clock, attempts, deadlineMs } = this.#conduct;
    const deadline = clock.now() + deadlineMs;
    for (let attempt = 1; attempt <= attempts && clock.now() < deadline; attempt++) {
      const calledAt = clock.now();
      const outcome = await act();
      if (outcome === 'ok') roundTrips.push(clock.now() - calledAt);
      if (outcome !== 'timeout') return outcome === 'ok';
    }
    return false;
  }

  /** The loss of this level so far, and the median of the user's own answered calls. */
  async #report(user: Witness, roundTrips: readonly number[]): Promise<Outcome> {
    const { lost, of } = await this.#countsSoFar();
    const sorted = [...roundTrips].sort((one, other) => one - other);
    const rtt = Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
    const packetLoss = of === 0 ? 0 : Math.round((1000 * lost) / of) / 10;
    return user.report(networkQuality({ rtt, packetLoss, bandwidth: this.#conduct.bandwidthKbps }));
  }

  /** Asked once for all who want to know at the same moment. */
  #countsSoFar(): ReturnType<LossyWays['counts']> {
    this.#counting ??= this.#ways.counts().finally(() => {
      this.#counting = undefined;
    });
    return this.#counting;
  }

  /** Their views and what the service says, close together, for the history. */
  async tellStates(): Promise<void> {
    for (const witness of this.earwitnesses) witness.tellView();
    await this.people.serviceState(this.meetingId);
  }

  /** What must be so: nothing is lost that was acknowledged, nothing happens twice, everything in order. */
  get safety(): NamedCheck {
    const always = [check('roster is true'), check('nobody twice')];
    const whenSomethingHappens = [
      check('acknowledged is done'),
      check('nothing twice applied'),
      check('changes alternate'),
      check('order is kept'),
      check('no event twice'),
      check('no event lost', { graceMs: 500, observers: this.earwitnesses.map(({ userId }) => userId) }),
      check('views agree'),
    ];
    return check('all of these', {
      title: `safe at ${this.title}`,
      idsBegin: this.people.idsBegin,
      checks: this.percent < 100 ? [...always, ...whenSomethingHappens] : always,
    });
  }

  /** What has to happen at all: up to a certain loss all that can, beyond it what can, and nothing at 100 %. */
  liveness(upTo: number): NamedCheck {
    const who = this.users.map(({ userId }) => userId);
    const { deadlineMs, idleCloseMs } = this.#conduct;
    const closing = idleCloseMs ? { idleCloseMs } : {};
    const bound = { who, during: LOSS, withinMs: deadlineMs, ...closing };
    const inner =
      this.percent === 100
        ? check('nothing succeeds', { who, during: LOSS })
        : this.percent <= upTo
          ? check('operations complete', { ...bound, expectedShare: this.#expectedShare ?? null })
          : // So many calls are needed that the service may refuse some by its limits.
            check('operations complete', { ...bound, expectedShare: null, tolerated: ['rate limited'] });
    const title = `${this.percent === 100 ? 'nothing succeeds' : 'live'} at ${this.title}`;
    return check('all of these', { title, idsBegin: this.people.idsBegin, checks: [inner] });
  }

  /** Set against achieved, with the interval that decides; nothing but exactly 0 and 100 % will do for these. */
  get proof(): Finding {
    const { loss, parts } = this.#achieved!;
    const [low, high] = loss.intervalPercent.map((percent) => percent.toFixed(1));
    const achieved = loss.percent === null ? 'nothing was sent' : `achieved ${loss.percent.toFixed(1)} %`;
    return {
      check: `the fault was real: ${this.title}`,
      verdict: loss.agrees ? 'passed' : 'unknown',
      says: `${achieved}, ${loss.lost} of ${loss.of} (${parts}); 99.9 % interval ${low} to ${high} %`,
      evidence: loss.agrees ? [] : ['the fault could not be proven'],
    };
  }

  figures(entries: readonly Entry[]): LevelFigures {
    const { deadlineMs } = this.#conduct;
    const who = this.users.map(({ userId }) => userId);
    const all = undertakings(within(entries, LOSS), who).filter(({ op }) => !UNWANTED.has(op));
    const done = all.filter((one) => isDone(one, deadlineMs));
    const latencies = LatencyHistogram.empty();
    for (const { tookMs } of done) latencies.record(tookMs);
    const { loss, parts } = this.#achieved!;
    const advice = entriesAmong(this.people.idsBegin, entries).flatMap((entry) =>
      entry.type === 'ok' && entry.op === 'report' ? [entry.value as NetworkAdvice] : [],
    );
    return {
      achieved: loss,
      parts,
      operations: all.length,
      done: done.length,
      expectedShare: this.#expectedShare,
      calls: all.reduce((sum, { calls }) => sum + calls, 0),
      reports: advice.length,
      audioFirst: advice.filter(({ enableAudioPriority }) => enableAudioPriority).length,
      acceptable: advice.filter(({ packetLossAcceptable }) => packetLossAcceptable).length,
      p50: quantile(latencies, 0.5),
      p95: quantile(latencies, 0.95),
    };
  }

  /** To a millionth: what happens more seldom does not happen in a run. */
  get #expectedShare(): number | undefined {
    const share = this.#layer.expectedShare(this.percent);
    return share === undefined ? undefined : Math.round(share * 1e6) / 1e6;
  }
}

const leaves = (index: number) => index % 2 === 0;

/** Undefined where it would be no more than the largest of a few. */
function quantile(latencies: LatencyHistogram, share: number): number | undefined {
  return latencies.count * (1 - share) < 1
    ? undefined
    : latencies.valueAtRank(Math.ceil(latencies.count * share));
}

/** One line per level. */
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
      const { achieved, operations, done, expectedShare, calls, p50, p95, ...advised } =
        level.figures(entries);
      return [
        `${level.percent} %`,
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
  return part === undefined || whole === 0 ? NONE : `${((100 * part) / whole).toFixed(1)} %`;
}
