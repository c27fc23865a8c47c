import { randomUUID } from 'node:crypto';

/** A user in the audio of a meeting. */
export type Member<Socket> = { peerId: string; userId: string; socket: Socket };

/**
 * The users with audio in each meeting. Each sends to all others, which works only for a few users. A user who joins
 * again gets a new peer id, so that signals for the old connection do not arrive.
 */
export class AudioRooms<Socket> {
  readonly #rooms = new Map<string, Map<string, Member<Socket>>>();

  constructor(readonly limit: number) {}

  membersOf(meetingId: string): Member<Socket>[] {
    return [...(this.#rooms.get(meetingId)?.values() ?? [])];
  }

  find(meetingId: string, peerId: string): Member<Socket> | undefined {
    return this.#rooms.get(meetingId)?.get(peerId);
  }

  /** @returns undefined if all seats are taken */
  add(meetingId: string, member: Omit<Member<Socket>, 'peerId'>): Member<Socket> | undefined {
    const room = this.#rooms.get(meetingId) ?? new Map<string, Member<Socket>>();
    if (room.size >= this.limit) return undefined;
    const added = { ...member, peerId: randomUUID() };
    room.set(added.peerId, added);
    this.#rooms.set(meetingId, room);
    return added;
  }

  remove(meetingId: string, peerId: string) {
    const room = this.#rooms.get(meetingId);
    room?.delete(peerId);
    if (room?.size === 0) this.#rooms.delete(meetingId);
  }
}
