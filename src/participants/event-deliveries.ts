import { eventOf } from '../meetings/contract.ts';
import type { OperationTimings } from '../timings/operation-timings.ts';

/** A call that made the service tell a room something. `startedAt` is comparable between the workers of a machine. */
export interface EventCause {
  readonly event: string;
  readonly meetingId: string;
  readonly userId: string;
  readonly startedAt: number;
}

/** A participant of this share that is in a room. */
export interface RoomMember {
  readonly userId: string;
  readonly meetingId: string;
  readonly enteredAt: number;
}

interface PendingCause extends EventCause {
  readonly received: Set<RoomMember>;
}

interface Arrival {
  readonly member: RoomMember;
  readonly at: number;
}

/** The events that follow from calls; others, such as advice on the network, have no delivery to measure. */
const caused = new Set<string>(Object.values(eventOf));

/**
 * Measures `event.delivery`: from the HTTP call that causes a room event to its arrival at each *other*
 * participant. Calls and arrivals meet here: those of this share directly, causes of other shares by message, so
 * an arrival may be here before its cause is known. A member that was in the room before the call, still is when
 * the time is up, and saw nothing, is a delivery that timed out.
 */
export class EventDeliveries {
  readonly #timings: OperationTimings;
  readonly #timeoutMs: number;
  readonly #members = new Map<string, Set<RoomMember>>();
  /** By event and user: a user causes each kind of event once at a time. */
  readonly #causes = new Map<string, Map<string, PendingCause[]>>();
  readonly #early = new Map<string, Map<string, Arrival[]>>();
  /** Seen twice by the same member. */
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

  left(member: RoomMember): void {
    this.#members.get(member.meetingId)?.delete(member);
  }

  caused(cause: EventCause): void {
    const pending: PendingCause = { ...cause, received: new Set() };
    listOf(this.#causes, cause.event, cause.userId).push(pending);
    const early = this.#early.get(cause.event)?.get(cause.userId);
    if (!early) return;
    const others = early.filter((arrival) => !this.#matches(pending, arrival));
    if (others.length === 0) this.#early.get(cause.event)?.delete(cause.userId);
    else this.#early.get(cause.event)?.set(cause.userId, others);
  }

  arrived(event: string, userId: string, member: RoomMember, at: number): void {
    if (userId === member.userId || !caused.has(event)) return;
    const arrival = { member, at };
    const causes = this.#causes.get(event)?.get(userId);
    // The latest first: an event belongs to the last call before it.
    for (let index = (causes?.length ?? 0) - 1; index >= 0; index--) {
      if (this.#matches(causes![index]!, arrival)) return;
    }
    listOf(this.#early, event, userId).push(arrival);
  }

  /** Gives up on what is older than the timeout; call it every second or so. */
  settle(now: number): void {
    const oldest = now - this.#timeoutMs;
    prune(this.#causes, (cause) => {
      if (cause.startedAt > oldest) return true;
      for (const member of this.#members.get(cause.meetingId) ?? []) {
        const expected = member.enteredAt < cause.startedAt && member.userId !== cause.userId;
        if (!expected || cause.received.has(member)) continue;
        this.#timings.record('timeout', cause.startedAt, now);
        this.#timings.failure(
          'timeout',
          `${cause.event} did not arrive`,
          `${cause.event} of ${cause.userId}`,
        );
      }
      return false;
    });
    prune(this.#early, (arrival) => {
      if (arrival.at > oldest) return true;
      this.unexplained += 1;
      return false;
    });
  }

  #matches(cause: PendingCause, { member, at }: Arrival): boolean {
    if (at < cause.startedAt || member.meetingId !== cause.meetingId) return false;
    if (cause.received.has(member)) {
      this.duplicates += 1;
    } else {
      cause.received.add(member);
      this.#timings.record('ok', cause.startedAt, at);
    }
    return true;
  }
}

function listOf<T>(map: Map<string, Map<string, T[]>>, event: string, userId: string): T[] {
  const users = map.get(event) ?? new Map<string, T[]>();
  map.set(event, users);
  const list = users.get(userId) ?? [];
  users.set(userId, list);
  return list;
}

/** Keeps what `keep` wants; users without anything left are dropped, so that memory does not grow. */
function prune<T>(map: Map<string, Map<string, T[]>>, keep: (entry: T) => boolean): void {
  for (const users of map.values()) {
    for (const [userId, list] of users) {
      const kept = list.filter(keep);
      if (kept.length === 0) users.delete(userId);
      else if (kept.length < list.length) users.set(userId, kept);
    }
  }
}
