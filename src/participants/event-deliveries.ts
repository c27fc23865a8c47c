import type { OperationTimings } from '../timings/operation-timings.ts';
import { type Alignment, align, isUnusual } from './deliveries/align.ts';
import { LearnedOdds, type Odds } from './deliveries/odds.ts';
import { Patience, type Waits } from './deliveries/patience.ts';

/** A call that made the service tell a room something. `startedAt` is comparable between the workers of a machine. */
export interface EventCause {
  readonly event: string;
  readonly meetingId: string;
  readonly userId: string;
  /** What tells the event from others of its name: the user, or a text that the call had. */
  readonly key: string;
  readonly startedAt: number;
  /** How long after its start the call could have been sent, and was not, in ms. */
  readonly heldMs?: number;
}

/** A participant of this slice that is, or was, in a room. */
export interface RoomMember {
  readonly userId: string;
  readonly meetingId: string;
  readonly enteredAt: number;
  leftAt?: number;
  /** The longest that an event has taken to it so far. */
  slowestMs?: number;
  /** Events that were late or lost for it. */
  missed?: number;
}

/** One kind of event about one user, or with one text. */
interface Story {
  /** In the order of their starts. */
  readonly causes: EventCause[];
  /** Arrivals at each member, in their order. */
  readonly heard: Map<RoomMember, Heard>;
  /** The first instant of all this; infinite where there is nothing. */
  oldest: number;
  /** The start of the latest call that was settled. */
  settledUntil: number;
}

/** When events arrived: at the latest, and at the earliest. */
interface Heard {
  readonly latest: number[];
  readonly earliest: number[];
}

/** One event on its way to one member, settled. */
interface Delivery {
  readonly cause: EventCause;
  readonly member: RoomMember;
  readonly arrivedAt: number | undefined;
  readonly earliestAt: number | undefined;
  readonly surplus: number;
  /** No other call is near it, so that there is no doubt. */
  readonly isCertain: boolean;
}

/** The calls of one story in one meeting, with their starts. */
interface Explained {
  readonly causes: readonly EventCause[];
  readonly calls: readonly number[];
  readonly odds: Odds;
}

interface Aligned extends Pick<Explained, 'causes'> {
  readonly alignment: Alignment;
  readonly arrivals: readonly number[];
  readonly earliest: readonly number[];
}

const NOTHING: Heard = { latest: [], earliest: [] };

/** A delivery is late after its limit, and lost after three times as long: an event that comes even later is ignored. */
const LOST_AFTER_LIMITS = 3;

/**
 * Measures `event.delivery`: from the HTTP call that causes a room event to its arrival at each *other* member that was
 * in the room since before the call. A delivery ends in one of these ways:
 * - `ok`: the event arrived within its limit, or may have: at the earliest it did. Its latency is that of the first
 *   arrival, however many follow.
 * - `late`: it arrived after its limit, with its true latency; or it had not arrived when the member left, where others
 *   are late: it is unclear whether it would have come.
 * - `lost`: it never arrived.
 * - `aborted`, "could not be judged": the member left, or lost its connection, too soon after the call (see `Patience`).
 *   That holds for events that arrived as for those that did not: else those that arrived would outweigh the others.
 *
 * An event often arrives before its call has an answer, or before another slice has reported the call. So calls and
 * arrivals are held until nothing more can belong to them, and then matched by `align`, for one user, kind of event and
 * member at a time. Each is recorded in the second in which it arrived or, when it did not, was due.
 */
export class EventDeliveries {
  readonly #timings: OperationTimings;
  readonly #limitMs: number;
  readonly #lostAfterMs: number;
  readonly #patience: Patience;
  readonly #caused: ReadonlySet<string>;
  readonly #odds = new LearnedOdds();
  readonly #members = new Map<string, Set<RoomMember>>();
  /** By event, then by key. */
  readonly #stories = new Map<string, Map<string, Story>>();
  /** Arrivals beside the first one of their event, and the deliveries that had them. */
  duplicates = 0;
  twice = 0;
  /** Arrivals that no call of a participant explains: the service acted by itself, or a user of others is here. */
  unexplained = 0;

  /** `caused`: the events that follow from calls; others, such as advice, have no delivery to measure. */
  constructor(timings: OperationTimings, limitMs: number, caused: ReadonlySet<string>) {
    this.#caused = caused;
    this.#timings = timings;
    this.#limitMs = limitMs;
    this.#lostAfterMs = LOST_AFTER_LIMITS * limitMs;
    this.#patience = new Patience(limitMs, this.#lostAfterMs);
  }

  entered(member: RoomMember): void {
    const members = this.#members.get(member.meetingId) ?? new Set();
    this.#members.set(member.meetingId, members.add(member));
  }

  left(member: RoomMember, at: number): void {
    member.leftAt = at;
  }

  /** How much is held until it can be settled: bounded by what happens within a few limits. */
  get held(): { causes: number; arrivals: number; members: number } {
    const held = { causes: 0, arrivals: 0, members: 0 };
    for (const stories of this.#stories.values()) {
      for (const { causes, heard } of stories.values()) {
        held.causes += causes.length;
        for (const { latest } of heard.values()) held.arrivals += latest.length;
      }
    }
    for (const members of this.#members.values()) held.members += members.size;
    return held;
  }

  /** The call has its answer, and it was a success. */
  caused(cause: EventCause): void {
    if (!this.#caused.has(cause.event)) return;
    const story = this.#story(cause.event, cause.key);
    const { causes } = story;
    causes.push(cause);
    if (cause.startedAt < story.oldest) story.oldest = cause.startedAt;
    // Other slices tell of theirs late, but for one user they come in order.
    if (causes.length > 1 && causes.at(-2)!.startedAt > cause.startedAt)
      causes.sort((one, other) => one.startedAt - other.startedAt);
  }

  /** On the path of every event: it is only noted here. It arrived at the latest at `at`; without `earliest`, exactly then. */
  arrived(event: string, key: string, userId: string, member: RoomMember, at: number, earliest = at): void {
    if (userId === member.userId || !this.#caused.has(event)) return;
    const story = this.#story(event, key);
    const { heard } = story;
    if (at < story.oldest) story.oldest = at;
    const arrivals = heard.get(member);
    if (arrivals) {
      arrivals.latest.push(at);
      arrivals.earliest.push(earliest);
    } else {
      heard.set(member, { latest: [at], earliest: [earliest] });
    }
  }

  /** Settles the calls to which nothing more can arrive; call it several times a second: a large room has many. */
  settle(now: number): void {
    this.#settle(now - this.#lostAfterMs, now);
    for (const members of this.#members.values()) {
      for (const member of members)
        if (member.leftAt !== undefined && member.leftAt <= now - 2 * this.#lostAfterMs)
          members.delete(member);
    }
  }

  /** At the end, when all have left and nothing more can come: settles all that is held. */
  settleAll(now: number): void {
    this.#settle(Number.POSITIVE_INFINITY, now);
    for (const members of this.#members.values()) {
      for (const member of members) if (member.leftAt !== undefined) members.delete(member);
    }
  }

  /**
   * The longest that an event took to this member, in ms, and how many were late or lost: all that is known of it now,
   * also of what is still held. What other slices have not reported yet is in neither.
   */
  experienceOf(member: RoomMember, now: number): { slowestMs: number | undefined; missing: number } {
    let { slowestMs, missed = 0 } = member;
    const { waits } = this.#patience;
    for (const stories of this.#stories.values()) {
      for (const story of stories.values()) {
        const { causes, alignment, arrivals, earliest } = this.#aligned(story, member, now, new Map());
        for (const [position, cause] of causes.entries()) {
          const first = alignment.first[position]!;
          const [arrivedAt, earliestAt] = [arrivals[first], hadItBeenSent(cause, earliest[first])];
          if (arrivedAt !== undefined) slowestMs = Math.max(slowestMs ?? 0, arrivedAt - cause.startedAt);
          // To a member that is still there, it may come.
          const isOpen = member.leftAt === undefined && now - cause.startedAt <= this.#limitMs;
          const delivery = { cause, member, arrivedAt, earliestAt, surplus: 0, isCertain: false };
          const outcome = isExpected(cause, member) && !isOpen ? this.#outcomeOf(delivery, now, waits) : 'ok';
          if (outcome === 'late' || outcome === 'lost') missed += 1;
        }
      }
    }
    return { slowestMs, missing: missed };
  }

  #story(event: string, key: string): Story {
    let stories = this.#stories.get(event);
    if (!stories) {
      stories = new Map();
      this.#stories.set(event, stories);
    }
    let story = stories.get(key);
    if (!story) {
      story = {
        causes: [],
        heard: new Map(),
        oldest: Number.POSITIVE_INFINITY,
        settledUntil: Number.NEGATIVE_INFINITY,
      };
      stories.set(key, story);
    }
    return story;
  }

  #settle(until: number, now: number): void {
    const ripe: Story[] = [];
    for (const stories of this.#stories.values()) {
      for (const story of stories.values()) if (story.oldest <= until) ripe.push(story);
    }
    for (const story of ripe) this.#noteLags(story);
    // Those without a doubt first: the others are explained by what is learned from them.
    const isClear = (story: Story) => this.#isCertain(story);
    for (const stories of [ripe.filter(isClear), ripe.filter((story) => !isClear(story))]) {
      const deliveries: Delivery[] = [];
      for (const story of stories) this.#match(story, until, now, deliveries);
      for (const { cause, arrivedAt } of deliveries)
        if (arrivedAt !== undefined) this.#patience.arrived(arrivedAt - cause.startedAt);
      this.#recordAll(deliveries, now);
    }
    for (const stories of this.#stories.values()) {
      for (const [key, { causes, heard }] of stories)
        if (causes.length === 0 && heard.size === 0) stories.delete(key);
    }
  }

  /** One call, and none before it whose event might still have come. */
  #isCertain({ causes, settledUntil }: Story): boolean {
    const [only] = causes;
    return causes.length === 1 && only!.startedAt - settledUntil > this.#lostAfterMs;
  }

  #noteLags({ causes, heard }: Story): void {
    for (const [{ meetingId }, { latest: arrivals }] of heard) {
      let before = Number.NEGATIVE_INFINITY;
      for (const at of arrivals) {
        let [possible, nearestAt] = [0, Number.NEGATIVE_INFINITY];
        for (const cause of causes) {
          if (cause.startedAt > at) break;
          if (cause.meetingId !== meetingId || at - cause.startedAt > this.#lostAfterMs) continue;
          possible += 1;
          nearestAt = cause.startedAt;
        }
        // After the first one, it is a surplus one or late, and not typical.
        if (possible > 0 && before < nearestAt) this.#patience.lag(at - nearestAt, possible === 1);
        before = at;
      }
    }
  }

  /** Takes out of the story what happened until then, as deliveries. */
  #match(story: Story, until: number, now: number, deliveries: Delivery[]): void {
    const ripe = story.causes.filter(({ startedAt }) => startedAt <= until);
    const members = new Set(story.heard.keys());
    for (const meetingId of new Set(ripe.map((cause) => cause.meetingId)))
      for (const member of this.#members.get(meetingId) ?? []) members.add(member);
    const explained = new Map<string, Explained>();
    const isCertain = this.#isCertain(story);
    for (const member of members) {
      const aligned = this.#aligned(story, member, now, explained);
      const { causes, alignment, arrivals, earliest } = aligned;
      for (let position = 0; position < causes.length; position++) {
        const cause = causes[position]!;
        if (cause.startedAt > until) break;
        if (!isExpected(cause, member)) continue;
        const first = alignment.first[position]!;
        deliveries.push({
          cause,
          member,
          arrivedAt: arrivals[first],
          earliestAt: hadItBeenSent(cause, earliest[first]),
          surplus: alignment.surplus[position]!,
          isCertain,
        });
      }
      if (arrivals.length > 0) this.#hold(story, member, until, aligned);
    }
    story.settledUntil = ripe.at(-1)?.startedAt ?? story.settledUntil;
    story.causes.splice(0, ripe.length);
    story.oldest = oldestOf(story);
  }

  /** Keeps the arrivals that may still belong to a call that is not settled yet. */
  #hold(
    story: Story,
    member: RoomMember,
    until: number,
    { causes, alignment, arrivals, earliest }: Aligned,
  ): void {
    const held: Heard = { latest: [], earliest: [] };
    for (let index = 0; index < arrivals.length; index++) {
      const at = arrivals[index]!;
      const call = alignment.callOf[index]!;
      const isRipe = call >= 0 ? causes[call]!.startedAt <= until : at <= until;
      if (!isRipe) {
        held.latest.push(at);
        held.earliest.push(earliest[index]!);
      } else if (call < 0) this.unexplained += 1;
    }
    if (held.latest.length > 0) story.heard.set(member, held);
    else story.heard.delete(member);
  }

  /** What this member heard, or should have heard, of the calls of its meeting. */
  #aligned(story: Story, member: RoomMember, now: number, explained: Map<string, Explained>): Aligned {
    const { meetingId, userId, enteredAt, leftAt = Number.POSITIVE_INFINITY } = member;
    let known = explained.get(meetingId);
    if (!known) {
      const causes = story.causes.filter((cause) => cause.meetingId === meetingId);
      known = explainedBy(causes, this.#odds.of(causes[0]?.event ?? ''));
      explained.set(meetingId, known);
    }
    const [first, last] = [known.causes[0], known.causes.at(-1)];
    if (first?.userId === userId) known = explainedBy([], known.odds);
    else if (last && last.startedAt >= leftAt)
      known = explainedBy(
        known.causes.filter(({ startedAt }) => startedAt < leftAt),
        known.odds,
      );
    const { latest: arrivals, earliest } = story.heard.get(member) ?? NOTHING;
    const alignment = align({
      calls: known.calls,
      enteredAt,
      until: Math.min(leftAt, now),
      arrivals,
      typical: this.#patience.typical,
      odds: known.odds,
      latestMs: this.#lostAfterMs,
      surplusWithinMs: this.#limitMs,
    });
    return { causes: known.causes, alignment, arrivals, earliest };
  }

  #recordAll(deliveries: readonly Delivery[], now: number): void {
    const { waits, typical } = this.#patience;
    for (const delivery of deliveries) {
      const { cause, member, arrivedAt, earliestAt, surplus } = delivery;
      const outcome = this.#outcomeOf(delivery, now, waits);
      const dueAt = Math.min(cause.startedAt + this.#limitMs, member.leftAt ?? now);
      this.#timings.recordBelated(outcome, cause.startedAt, arrivedAt ?? dueAt, earliestAt);
      if (arrivedAt !== undefined)
        member.slowestMs = Math.max(member.slowestMs ?? 0, arrivedAt - cause.startedAt);
      if (outcome === 'aborted') continue;
      if (delivery.isCertain)
        this.#odds.settled(cause.event, outcome, {
          isTwice: surplus > 0,
          isUnusual: arrivedAt !== undefined && isUnusual(arrivedAt - cause.startedAt, typical),
        });
      if (surplus > 0) this.twice += 1;
      this.duplicates += surplus;
      if (outcome === 'ok') continue;
      member.missed = (member.missed ?? 0) + 1;
      const cameAfter = arrivedAt === undefined ? 'never' : `${Math.round(arrivedAt - cause.startedAt)} ms`;
      const what = outcome === 'lost' ? 'did not arrive' : `was late (limit ${this.#limitMs / 1000} s)`;
      this.#timings.failure(
        outcome,
        `${cause.event} ${what}`,
        `${cause.event} of ${cause.userId}: ${cameAfter}`,
      );
    }
  }

  #outcomeOf(
    { cause, member, arrivedAt, earliestAt = arrivedAt }: Delivery,
    now: number,
    { judgedAfterMs, lostAfterMs }: Waits,
  ): 'ok' | 'late' | 'lost' | 'aborted' {
    // The service had this time at least, from when the call was really sent.
    const stayedMs = (member.leftAt ?? now) - cause.startedAt - (cause.heldMs ?? 0);
    if (stayedMs < judgedAfterMs) return 'aborted';
    // What may have come in time, and was read late, is not late.
    if (earliestAt !== undefined) return earliestAt - cause.startedAt <= this.#limitMs ? 'ok' : 'late';
    return stayedMs < lostAfterMs ? 'late' : 'lost';
  }
}

/** The earliest arrival, had the call been sent as soon as it could be. */
function hadItBeenSent({ heldMs = 0 }: EventCause, earliestAt: number | undefined): number | undefined {
  return earliestAt === undefined ? undefined : earliestAt - heldMs;
}

/** Whether the member was in the room when the call began. */
function isExpected(cause: EventCause, member: RoomMember): boolean {
  return member.enteredAt < cause.startedAt;
}

function explainedBy(causes: readonly EventCause[], odds: Odds): Explained {
  return { causes, calls: causes.map(({ startedAt }) => startedAt), odds };
}

function oldestOf({ causes, heard }: Pick<Story, 'causes' | 'heard'>): number {
  let oldest = causes[0]?.startedAt ?? Number.POSITIVE_INFINITY;
  for (const { latest } of heard.values()) oldest = Math.min(oldest, latest[0]!);
  return oldest;
}
