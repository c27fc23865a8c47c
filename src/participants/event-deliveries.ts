import type { OperationTimings } from '../timings/operation-timings.ts';
import { type Alignment, align, isUnusual } from './deliveries/align.ts';
import { LearnedOdds, type Odds } from './deliveries/odds.ts';
import { Patience, type Waits } from './deliveries/patience.ts';

/** A call that causes a room event. `startedAt` is comparable between the workers of a machine. */
export interface EventCause {
  readonly event: string;
  readonly meetingId: string;
  readonly userId: string;
  /** Identifies the event among others of its name: the user, or the unique text of the call. */
  readonly key: string;
  readonly startedAt: number;
  /** How long the load generator was too busy to send the call, in ms. */
  readonly heldMs?: number;
}

/** A participant of this slice that is, or was, in a room. */
export interface RoomMember {
  readonly userId: string;
  readonly meetingId: string;
  readonly enteredAt: number;
  leftAt?: number;
  /** The longest delivery to this member so far. */
  slowestMs?: number;
  /** The number of events that were late or lost for this member. */
  missed?: number;
}

/** The calls and arrivals of one kind of event with one key. */
interface Story {
  /** Ordered by their starts. */
  readonly causes: EventCause[];
  /** The arrivals at each member, in their order. */
  readonly heard: Map<RoomMember, Heard>;
  /** The time of the first call or arrival; infinite without any. */
  oldest: number;
  /** The start of the latest call that was settled. */
  settledUntil: number;
}

/** The latest and the earliest possible times of arrivals. */
interface Heard {
  readonly latest: number[];
  readonly earliest: number[];
}

/** The settled delivery of one event to one member. */
interface Delivery {
  readonly cause: EventCause;
  readonly member: RoomMember;
  readonly arrivedAt: number | undefined;
  readonly earliestAt: number | undefined;
  readonly surplus: number;
  /** No other call is near this one, so the match has no alternative. */
  readonly isCertain: boolean;
}

/** The calls of one story in one meeting, with their start times. */
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

/** A delivery is late after its limit, and lost after three times the limit: later arrivals are ignored. */
const LOST_AFTER_LIMITS = 3;

/**
 * Measures `event.delivery`: the time from the call that causes a room event to its arrival at each *other* member that
 * entered the room before the call. A delivery has one of these outcomes:
 * - `ok`: the earliest possible arrival was within the limit. The latency is the latency of the first arrival.
 * - `late`: the event arrived after the limit, with its real latency; or it had not arrived when the member left, and
 *   other events are late, so it is unclear whether it would have come.
 * - `lost`: the event never arrived.
 * - `aborted`, "could not be judged": the member left, or lost its connection, too soon after the call (see `Patience`),
 *   whether the event arrived or not. Otherwise, arrived events would count more than missing ones.
 *
 * An event often arrives before its call has an answer, or before another slice has reported the call. So calls and
 * arrivals are held until nothing more can belong to them. Then `align` matches them, for one key, kind of event and
 * member at a time. Each delivery is recorded in the second of its arrival or, without an arrival, of its limit.
 */
export class EventDeliveries {
  readonly #timings: OperationTimings;
  readonly #limitMs: number;
  readonly #lostAfterMs: number;
  readonly #patience: Patience;
  readonly #caused: ReadonlySet<string>;
  readonly #odds = new LearnedOdds();
  readonly #members = new Map<string, Set<RoomMember>>();
  /** Stories by event, then by key. */
  readonly #stories = new Map<string, Map<string, Story>>();
  /** The number of repeated arrivals, and of deliveries with repeated arrivals. */
  duplicates = 0;
  twice = 0;
  /** Arrivals without a call of a participant: the service acted by itself, or a user outside the crowd acted. */
  unexplained = 0;

  /** `caused`: the events that calls cause. Other events, such as advice, have no delivery. */
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

  /** The number of held calls, arrivals and members: it is bounded by the events of a few limits. */
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

  /** Adds a successful call. */
  caused(cause: EventCause): void {
    if (!this.#caused.has(cause.event)) return;
    const story = this.#story(cause.event, cause.key);
    const { causes } = story;
    causes.push(cause);
    if (cause.startedAt < story.oldest) story.oldest = cause.startedAt;
    // Other slices report their calls late, but the calls of one user are in order.
    if (causes.length > 1 && causes.at(-2)!.startedAt > cause.startedAt)
      causes.sort((one, other) => one.startedAt - other.startedAt);
  }

  /** Called for every event: it only notes the arrival. `at` is the latest possible time, and exact without `earliest`. */
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

  /** Settles the calls whose events can no longer arrive. Called several times a second: a large room has many. */
  settle(now: number): void {
    this.#settle(now - this.#lostAfterMs, now);
    for (const members of this.#members.values()) {
      for (const member of members)
        if (member.leftAt !== undefined && member.leftAt <= now - 2 * this.#lostAfterMs)
          members.delete(member);
    }
  }

  /** Settles everything at the end, when all members have left and nothing more can arrive. */
  settleAll(now: number): void {
    this.#settle(Number.POSITIVE_INFINITY, now);
    for (const members of this.#members.values()) {
      for (const member of members) if (member.leftAt !== undefined) members.delete(member);
    }
  }

  /**
   * The longest delivery to this member, in ms, and the number of its late or lost events. Includes the held calls, but
   * not the calls that other slices have not reported yet.
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
          // The event may still arrive if the member is in the room.
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
    // Certain stories come first: the odds learned from them explain the others.
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

  /** The story has one call, and no event of an earlier call can still arrive. */
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
        // A second arrival after the same call is a repeated or late one, and not typical.
        if (possible > 0 && before < nearestAt) this.#patience.lag(at - nearestAt, possible === 1);
        before = at;
      }
    }
  }

  /** Moves the calls until `until` from the story to the deliveries. */
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

  /** Keeps the arrivals that may belong to a call that is not settled yet. */
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

  /** Matches the calls of the member's meeting with the arrivals at the member. */
  #aligned(story: Story, member: RoomMember, now: number, explained: Map<string, Explained>): Aligned {
    const { meetingId, userId, enteredAt, leftAt = Number.POSITIVE_INFINITY } = member;
    let known = explained.get(meetingId);
    if (!known) {
      const causes = story.causes.filter((cause) => cause.meetingId === meetingId);
      known = explainedBy(causes, this.#odds.of(causes[0]?.event ?? ''));
      explained.set(meetingId, known);
    }
    if (known.causes[0]?.userId === userId) known = explainedBy([], known.odds);
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
    // The service had at least this time after the call was really sent.
    const stayedMs = (member.leftAt ?? now) - cause.startedAt - (cause.heldMs ?? 0);
    if (stayedMs < judgedAfterMs) return 'aborted';
    // An event that may have arrived in time, and was read late, is not late.
    if (earliestAt !== undefined) return earliestAt - cause.startedAt <= this.#limitMs ? 'ok' : 'late';
    return stayedMs < lostAfterMs ? 'late' : 'lost';
  }
}

/** The earliest arrival if the call had been sent without the wait of the load generator. */
function hadItBeenSent({ heldMs = 0 }: EventCause, earliestAt: number | undefined): number | undefined {
  return earliestAt === undefined ? undefined : earliestAt - heldMs;
}

/**
 * Whether the member was in the room when the call began. A member that leaves still receives events of later calls until
 * its connection ends; none of them is expected.
 */
function isExpected(
  { startedAt }: EventCause,
  { enteredAt, leftAt = Number.POSITIVE_INFINITY }: RoomMember,
): boolean {
  return enteredAt < startedAt && startedAt < leftAt;
}

function explainedBy(causes: readonly EventCause[], odds: Odds): Explained {
  return { causes, calls: causes.map(({ startedAt }) => startedAt), odds };
}

function oldestOf({ causes, heard }: Pick<Story, 'causes' | 'heard'>): number {
  let oldest = causes[0]?.startedAt ?? Number.POSITIVE_INFINITY;
  for (const { latest } of heard.values()) oldest = Math.min(oldest, latest[0]!);
  return oldest;
}
