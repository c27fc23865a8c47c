import { eventOf } from '../meetings/contract.ts';
import type { OperationTimings } from '../timings/operation-timings.ts';

/** A call that made the service tell a room something. `startedAt` is comparable between the workers of a machine. */
export interface EventCause {
  readonly event: string;
  readonly meetingId: string;
  readonly userId: string;
  readonly startedAt: number;
}

/** A participant of this share that is, or was, in a room. */
export interface RoomMember {
  readonly userId: string;
  readonly meetingId: string;
  readonly enteredAt: number;
  leftAt?: number;
  /** The longest that an event has taken to it so far. */
  slowestMs?: number;
}

interface KnownCause extends EventCause {
  readonly received: Set<RoomMember>;
}

interface Arrival {
  readonly event: string;
  readonly userId: string;
  readonly member: RoomMember;
  readonly at: number;
}

/** The events that follow from calls; others, such as advice on the network, have no delivery to measure. */
const caused = new Set<string>(Object.values(eventOf));

/**
 * Measures `event.delivery`: from the HTTP call that causes a room event to its arrival at each *other* participant.
 * An event often arrives before the call that caused it has its answer, or before another share has told of it. So
 * arrivals are held for `timeoutMs`, and then each is matched with the first call of its user that this member still
 * has to hear of: a connection keeps the order of its events, so under a slow service the second event is not taken for
 * a quick answer to the second call. A member that was in the room from before the call until `timeoutMs` after it and
 * saw nothing in that time is a delivery that timed out.
 */
export class EventDeliveries {
  readonly #timings: OperationTimings;
  readonly #timeoutMs: number;
  readonly #members = new Map<string, Set<RoomMember>>();
  /** By event and user, in the order of their starts. */
  readonly #causes = new Map<string, KnownCause[]>();
  #arrivals: Arrival[] = [];
  /** Seen again by a member that had seen it. */
  duplicates = 0;
  /** Arrivals that no call of a participant explains: the service acted by itself, or somebody else is here. */
  unexplained = 0;

  constructor(timings: OperationTimings, timeoutMs: number) {
    this.#timings = timings;
    this.#timeoutMs = timeoutMs;
  }

  entered(member: RoomMember): void {
    const members = this.#members.get(member.meetingId) ?? new Set();
    this.#members.set(member.meetingId, members.add(member));
  }

  left(member: RoomMember, at: number): void {
    member.leftAt = at;
  }

  /** How much is held until it can be judged: bounded by what happens within a few `timeoutMs`. */
  get held(): { causes: number; arrivals: number; members: number } {
    const total = (groups: Iterable<readonly unknown[] | ReadonlySet<unknown>>) =>
      [...groups].reduce((sum, group) => sum + [...group].length, 0);
    return {
      causes: total(this.#causes.values()),
      arrivals: this.#arrivals.length,
      members: total(this.#members.values()),
    };
  }

  /** The call has its answer, and it was a success. */
  caused(cause: EventCause): void {
    const key = `${cause.event} ${cause.userId}`;
    const known = this.#causes.get(key) ?? [];
    this.#causes.set(key, known);
    known.push({ ...cause, received: new Set() });
    known.sort((one, other) => one.startedAt - other.startedAt);
  }

  /** On the path of every event: it is only noted here. */
  arrived(event: string, userId: string, member: RoomMember, at: number): void {
    if (userId !== member.userId && caused.has(event)) this.#arrivals.push({ event, userId, member, at });
  }

  /** Matches what has been held long enough, and judges what is missing; call it every second or so. */
  settle(now: number): void {
    const heldUntil = now - this.#timeoutMs;
    // In order of their arrival, but for a millisecond here and there.
    const kept = this.#arrivals.findIndex(({ at }) => at > heldUntil);
    const ripe = kept < 0 ? this.#arrivals : this.#arrivals.slice(0, kept);
    this.#arrivals = kept < 0 ? [] : this.#arrivals.slice(kept);
    for (const arrival of ripe) this.#match(arrival, now);
    this.#judge(heldUntil - this.#timeoutMs, now);
  }

  /** At the end, when everybody has left and nothing more can come: matches and judges all that is held. */
  settleAll(now: number): void {
    for (const arrival of this.#arrivals) this.#match(arrival, now);
    this.#arrivals = [];
    this.#judge(Number.POSITIVE_INFINITY, now);
  }

  /**
   * The longest that an event took to this member, in ms, and how many did not come in their time: all that is known of
   * it now, also of what is still held. What others have not told of yet is in neither.
   */
  experienceOf(member: RoomMember, now: number): { slowestMs: number | undefined; missing: number } {
    const heard = new Set<KnownCause>();
    let { slowestMs } = member;
    for (const arrival of this.#arrivals) {
      if (arrival.member !== member) continue;
      const { due } = this.#causeOf(arrival, heard);
      if (!due) continue;
      heard.add(due);
      slowestMs = Math.max(slowestMs ?? 0, arrival.at - due.startedAt);
    }
    const open = [...this.#causes.values()].flat().filter((cause) => !heard.has(cause));
    return { slowestMs, missing: open.filter((cause) => this.#isMissing(cause, member, now)).length };
  }

  #match(arrival: Arrival, now: number): void {
    const { due, isKnown, isLate } = this.#causeOf(arrival);
    const { member, at } = arrival;
    if (due) {
      due.received.add(member);
      member.slowestMs = Math.max(member.slowestMs ?? 0, at - due.startedAt);
      // Recorded now, in the window that is open now: the windows of the past are closed.
      this.#timings.record('ok', now - (at - due.startedAt), now);
    } else if (isKnown) {
      // What came after its time is counted as missing.
      if (!isLate) this.duplicates += 1;
    } else {
      this.unexplained += 1;
    }
  }

  /** Which call an arrival tells of; `heard` are those that this member has heard of beside what is recorded. */
  #causeOf({ event, userId, member, at }: Arrival, heard?: ReadonlySet<KnownCause>) {
    let due: KnownCause | undefined;
    let isKnown = false;
    let isLate = false;
    for (const cause of this.#causes.get(`${event} ${userId}`) ?? []) {
      if (cause.startedAt > at) break;
      if (cause.meetingId !== member.meetingId) continue;
      isKnown = true;
      if (cause.received.has(member) || heard?.has(cause)) continue;
      if (at - cause.startedAt > this.#timeoutMs) {
        isLate = true;
        continue;
      }
      due = cause;
      // The first that was due to this member; of those from before it entered, whose events were on their way, the last.
      if (cause.startedAt >= member.enteredAt) break;
    }
    return { due, isKnown, isLate };
  }

  /** Nothing can be matched any more with causes from before `until`; what did not arrive is missing. */
  #judge(until: number, now: number): void {
    for (const [key, causes] of this.#causes) {
      for (const cause of causes) if (cause.startedAt <= until) this.#countMissing(cause, now);
      const open = causes.filter(({ startedAt }) => startedAt > until);
      if (open.length === 0) this.#causes.delete(key);
      else this.#causes.set(key, open);
    }
    for (const members of this.#members.values()) {
      for (const member of members)
        if (member.leftAt !== undefined && member.leftAt <= until) members.delete(member);
    }
  }

  #countMissing(cause: KnownCause, now: number): void {
    for (const member of this.#members.get(cause.meetingId) ?? []) {
      if (!this.#isMissing(cause, member, now)) continue;
      this.#timings.record('timeout', now - this.#timeoutMs, now);
      this.#timings.failure('timeout', `${cause.event} did not arrive`, `${cause.event} of ${cause.userId}`);
    }
  }

  #isMissing(
    { meetingId, userId, startedAt, received }: KnownCause,
    member: RoomMember,
    now: number,
  ): boolean {
    if (member.meetingId !== meetingId || member.userId === userId || received.has(member)) return false;
    return member.enteredAt < startedAt && (member.leftAt ?? now) > startedAt + this.#timeoutMs;
  }
}
