import {
  acknowledgedIsDone,
  changesAlternate,
  noEventLost,
  noEventTwice,
  nothingSucceeds,
  nothingTwiceApplied,
  noUserTwice,
  operationsComplete,
  orderIsKept,
  rosterIsTrue,
  viewsAgree,
} from '../checks/catalogue.ts';
import { type Finding, type NamedCheck, proof } from '../checks/check.ts';
import { allOfThese } from '../checks/judge.ts';
import type { MarkedWindow } from '../checks/operations.ts';
import type { LossLayer, LossyRoutes } from '../faults/loss-layer.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Answer } from '../meetings/answer.ts';
import { type AchievedLoss, achievedLoss } from '../network/achieved.ts';
import type { RecordedParticipant } from '../participants/recorded-participant.ts';
import type { Cohort } from './cohort.ts';
import { networkQuality } from './network-quality.ts';
import type { Compared } from './plan.ts';

export const LOSS: MarkedWindow = ['the loss begins', 'the loss ends'];

/** How the users of a level perform their operations. */
export interface Conduct {
  readonly users: number;
  /** Whether users are in the room, with an open connection, when the loss begins. If not, joins can be lost too. */
  readonly areThereBefore: boolean;
  /** Calls for one operation at most, each after the one before had no answer. */
  readonly attempts: number;
  /** The deadline of one operation, from its first call. */
  readonly deadlineMs: number;
  readonly timeoutMs: number;
  /** The users start one after the other within this time, so that they do not compete. */
  readonly spreadMs: number;
  /** A user begins no operation later than this after the first one. */
  readonly beginsWithinMs: number;
  /** The bandwidth of each user's line; users report it. */
  readonly bandwidthKbps: number;
  /** The idle time after which the service closes a connection; null if it is not known. */
  readonly idleCloseMs?: number | null;
  readonly clock: Clock;
}

/** The users who suffer one level of loss in a meeting of their own, and an observer who does not. */
export class LossLevel {
  readonly percent: number;
  readonly cohort: Cohort;
  readonly meetingId: string;
  readonly observer: RecordedParticipant;
  readonly users: readonly RecordedParticipant[];
  readonly #layer: LossLayer;
  readonly #routes: LossyRoutes;
  readonly conduct: Conduct;
  /** The achieved loss; undefined until the loss has ended. */
  achieved: { readonly loss: AchievedLoss; readonly parts: string } | undefined;
  #counting: ReturnType<LossyRoutes['counts']> | undefined;

  private constructor(
    percent: number,
    layer: LossLayer,
    conduct: Conduct,
    opened: Pick<LossLevel, 'cohort' | 'meetingId' | 'observer' | 'users'> & { routes: LossyRoutes },
  ) {
    this.percent = percent;
    this.cohort = opened.cohort;
    this.meetingId = opened.meetingId;
    this.observer = opened.observer;
    this.users = opened.users;
    this.#layer = layer;
    this.#routes = opened.routes;
    this.conduct = conduct;
  }

  /** Creates the meeting; the observer arrives, and the users where the conduct demands it. */
  static async open(percent: number, layer: LossLayer, all: Cohort, conduct: Conduct): Promise<LossLevel> {
    const name = `l${percent}`;
    const cohort = all.group(name, { timeoutMs: conduct.timeoutMs });
    const routes = await layer.open(`loss-${percent}`);
    const meetingId = await cohort.meeting(conduct.users + 2, `fullhouse packet loss ${percent} %`);
    const [observer] = await cohort.arrive(meetingId, 1);
    const users = await cohort.open(meetingId, conduct.users, routes);
    if (conduct.areThereBefore) await Promise.all(users.map((user) => user.arrive()));
    return new LossLevel(percent, layer, conduct, { cohort, meetingId, observer: observer!, users, routes });
  }

  /** `30 % of HTTP exchanges lost (application)`: a result without its layer means nothing. */
  get title(): string {
    return `${this.percent} % of ${this.#layer.unit} lost (${this.#layer.name})`;
  }

  get staying(): readonly RecordedParticipant[] {
    return this.users.filter((_, index) => !leaves(index));
  }

  async begin(): Promise<void> {
    await this.#routes.lose(this.percent);
  }

  /** The loss is counted before it ends. */
  async end(): Promise<void> {
    const { lost, of, parts } = await this.#routes.counts();
    this.achieved = { loss: achievedLoss(this.percent, lost, of), parts };
    await this.#routes.heal();
  }

  async close(): Promise<void> {
    await this.#routes.heal();
    await this.#routes.close?.();
  }

  /**
   * Participants who receive every event, at the latest when the loss ends: an event that they did not receive was
   * lost.
   */
  get observers(): readonly RecordedParticipant[] {
    return this.#layer.catchesUpAtOnce ? [this.observer, ...this.staying] : [this.observer];
  }

  /** Each user performs the operations of a meeting, and gives up at the first one that fails. */
  async takePart(): Promise<void> {
    const { clock, spreadMs, beginsWithinMs } = this.conduct;
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

  /** The operations of one user. Half of the users leave at the end; half of the others keep their hand up. */
  #steps(user: RecordedParticipant, index: number, roundTrips: readonly number[]): (() => Promise<Answer>)[] {
    const report = () => this.#report(user, roundTrips);
    return [
      ...(this.conduct.areThereBefore ? [] : [() => user.join()]),
      () => user.raiseHand(),
      report,
      ...(index % 4 === 3 ? [] : [() => user.lowerHand()]),
      report,
      ...(leaves(index) ? [() => user.leave()] : []),
    ];
  }

  async #isDone(act: () => Promise<Answer>, roundTrips: number[]): Promise<boolean> {
    const { clock, attempts, deadlineMs } = this.conduct;
    const deadline = clock.now() + deadlineMs;
    for (let attempt = 1; attempt <= attempts && clock.now() < deadline; attempt++) {
      const calledAt = clock.now();
      const { outcome } = await act();
      if (outcome === 'ok') roundTrips.push(clock.now() - calledAt);
      if (outcome !== 'timeout') return outcome === 'ok';
    }
    return false;
  }

  /** The loss of this level so far, and the median of the user's own answered calls. */
  async #report(user: RecordedParticipant, roundTrips: readonly number[]): Promise<Answer> {
    const { lost, of } = await this.#countsSoFar();
    const sorted = [...roundTrips].sort((one, other) => one - other);
    const rtt = Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
    const packetLoss = of === 0 ? 0 : Math.round((1000 * lost) / of) / 10;
    return user.reportNetwork(networkQuality({ rtt, packetLoss, bandwidth: this.conduct.bandwidthKbps }));
  }

  /** Users who ask at the same moment share one answer. */
  #countsSoFar(): ReturnType<LossyRoutes['counts']> {
    this.#counting ??= this.#routes.counts().finally(() => {
      this.#counting = undefined;
    });
    return this.#counting;
  }

  get compared(): Compared {
    return { cohort: this.cohort, meetingId: this.meetingId, views: this.observers };
  }

  /** Safety: nothing is lost that was acknowledged, nothing happens twice, and everything is in order. */
  get safety(): NamedCheck {
    const always = [rosterIsTrue(), noUserTwice()];
    const whenSomethingHappens = [
      acknowledgedIsDone(),
      nothingTwiceApplied(),
      changesAlternate(),
      orderIsKept(),
      noEventTwice(),
      noEventLost({ graceMs: 500, observers: this.observers.map(({ userId }) => userId) }),
      viewsAgree(),
    ];
    return allOfThese({
      title: `safe at ${this.title}`,
      idsBegin: this.cohort.idsBegin,
      checks: this.percent < 100 ? [...always, ...whenSomethingHappens] : always,
    });
  }

  /** Liveness: up to a certain loss, every operation that can be done is done; at 100%, nothing succeeds. */
  liveness(upTo: number): NamedCheck {
    const who = this.users.map(({ userId }) => userId);
    const { deadlineMs, idleCloseMs } = this.conduct;
    const closing = idleCloseMs ? { idleCloseMs } : {};
    const bound = { who, during: LOSS, withinMs: deadlineMs, ...closing };
    const inner =
      this.percent === 100
        ? nothingSucceeds({ who, during: LOSS })
        : this.percent <= upTo
          ? operationsComplete({ ...bound, expectedShare: this.expectedShare ?? null })
          : // The service may refuse some of the many calls by its limits.
            operationsComplete({ ...bound, expectedShare: null, tolerated: ['rate limited'] });
    const title = `${this.percent === 100 ? 'nothing succeeds' : 'live'} at ${this.title}`;
    return allOfThese({ title, idsBegin: this.cohort.idsBegin, checks: [inner] });
  }

  /** Compares the intended loss with the achieved loss and its interval; 0% and 100% have to be exact. */
  get proof(): Finding {
    const { loss, parts } = this.achieved!;
    const [low, high] = loss.intervalPercent.map((percent) => percent.toFixed(1));
    const achieved = loss.percent === null ? 'nothing was sent' : `achieved ${loss.percent.toFixed(1)}%`;
    const message = `${achieved}, ${loss.lost} of ${loss.of} (${parts}); 99.9% interval ${low}% to ${high}%`;
    return proof(`the fault was real: ${this.title}`, loss.agrees, message);
  }

  /** Rounded to a millionth: rarer cases do not occur in a run. */
  get expectedShare(): number | undefined {
    const share = this.#layer.expectedShare(this.percent);
    return share === undefined ? undefined : Math.round(share * 1e6) / 1e6;
  }
}

const leaves = (index: number) => index % 2 === 0;
