import type { RoomEvent } from '../meetings/room-events.ts';
import type { Participant } from '../meetings/schemas.ts';
import { levelOfBitrate } from './network/level.ts';

/** `stranger`: the event is about a user who is not in the roster, so an earlier event was missed. */
type Effect = 'changed' | 'same' | 'stranger';

/** The participants in the order of their joins, from whole states and the events between them. */
export class Roster {
  #people = new Map<string, Participant>();

  get people(): Iterable<Participant> {
    return this.#people.values();
  }

  get size(): number {
    return this.#people.size;
  }

  get raisedHands(): number {
    let count = 0;
    for (const person of this.#people.values()) if (person.hasRaisedHand) count++;
    return count;
  }

  find(userId: string): Participant | undefined {
    return this.#people.get(userId);
  }

  /** Replaces the roster by the state of the service. */
  replace(participants: readonly Participant[]) {
    this.#people = new Map(participants.map((person) => [person.userId, person]));
  }

  /** Applies an event. A repeated event changes nothing. */
  apply(event: RoomEvent): Effect {
    switch (event.name) {
      case 'meeting:participant-joined':
        // After a missed leave, a new seat of the user is a change.
        if (this.find(event.userId)?.id === event.participant.id) return 'same';
        this.#people.set(event.userId, event.participant);
        return 'changed';
      case 'meeting:participant-left':
        return this.#people.delete(event.userId) ? 'changed' : 'same';
      case 'meeting:hand-raised':
        return this.change(event.userId, { hasRaisedHand: true });
      case 'meeting:hand-lowered':
        return this.change(event.userId, { hasRaisedHand: false });
      case 'meeting:host-promoted':
        return this.change(event.userId, { role: event.role });
      case 'meeting:network-quality-update': {
        const networkQuality = levelOfBitrate(event.recommendations.recommendedBitrate);
        return this.change(event.userId, { networkQuality });
      }
      default:
        return this.#people.has(event.userId) ? 'same' : 'stranger';
    }
  }

  /** Changes one participant without an event. */
  change(userId: string, change: Partial<Participant>): Effect {
    const person = this.#people.get(userId);
    if (!person) return 'stranger';
    const isSame = Object.entries(change).every(([key, value]) => person[key as keyof Participant] === value);
    if (!isSame) this.#people.set(userId, { ...person, ...change });
    return isSame ? 'same' : 'changed';
  }
}
