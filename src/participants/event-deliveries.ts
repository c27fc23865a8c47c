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

  #match({ event, userId, member, at }: Arrival, now: number): void {
    let due: KnownCause | undefined;
    let isKnown = false;
    let isLate = false;
    for (const cause of this.#causes.get(`${event} ${userId}`) ?? []) {
      if (cause.startedAt > at) break;
      if (cause.meetingId !== member.meetingId) continue;
      isKnown = true;
      if (cause.received.has(member)) continue;
      if (at - cause.startedAt > this.#timeoutMs) {
        isLate = true;
        continue;
      }
      due = cause;
      // The first that was due to this member; of those from before it entered, whose events were on their way, the last.
      if (cause.startedAt >= member.enteredAt) break;
    }
    if (due) {
      due.received.add(member);
      // Recorded now, in the window that is open now: the windows of the past are closed.
      this.#timings.record('ok', now - (at - due.startedAt), now);
    } else if (isKnown) {
      // What came after its time is counted as missing.
      if (!isLate) this.duplicates += 1;
    } else {
      this.unexplained += 1;
    }
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
    const dueBy = cause.startedAt + this.#timeoutMs;
    for (const member of this.#members.get(cause.meetingId) ?? []) {
      if (member.userId === cause.userId || cause.received.has(member)) continue;
      if (member.enteredAt >= cause.startedAt || (member.leftAt ?? now) <= dueBy) continue;
      this.#timings.record('timeout', now - this.#timeoutMs, now);
      this.#timings.failure('timeout', `${cause.event} did not arrive`, `${cause.event} of ${cause.userId}`);
    }
  }
}
