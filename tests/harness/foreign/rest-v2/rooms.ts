import { randomUUID } from 'node:crypto';
import { Refused } from './refused.ts';

interface Guest {
  readonly id: string;
  part: 'owner' | 'guest';
  handUp: boolean;
  readonly since: string;
  /** Ids of the connections that listen to the room. */
  readonly connections: Set<string>;
  /** Runs while the guest has no connection. */
  vanishing?: NodeJS.Timeout;
}

export interface Room {
  readonly id: string;
  readonly name: string;
  readonly seats: number;
  state: 'open' | 'closed';
  /** In the order of their arrival. */
  readonly guests: Map<string, Guest>;
}

/** Sends an event to all listeners of the room. */
export type Tell = (room: Room, event: string, content: object) => void;

export interface RoomsOptions {
  readonly graceMs: number;
  readonly tell: Tell;
  /** Ends the events of the room for a guest who has left. */
  readonly silence: (room: Room, guest: string) => void;
  /** The defect: guests without a connection stay. */
  readonly keepsGhosts: boolean;
}

export class Rooms {
  readonly #rooms = new Map<string, Room>();
  readonly #options: RoomsOptions;

  constructor(options: RoomsOptions) {
    this.#options = options;
  }

  open(owner: string, { name, seats }: { name: string; seats: number }): Room {
    const room: Room = { id: randomUUID(), name, seats, state: 'open', guests: new Map() };
    room.guests.set(owner, newGuest(owner, 'owner'));
    this.#rooms.set(room.id, room);
    return room;
  }

  /** The rooms that the user is in. */
  of(user: string): Room[] {
    return [...this.#rooms.values()].filter(({ guests }) => guests.has(user));
  }

  find(id: string): Room {
    const room = this.#rooms.get(id);
    if (!room) throw new Refused(404, 'NO_SUCH_ROOM', 'No room has this id.');
    return room;
  }

  /** @returns whether the user is a new guest */
  enter(room: Room, user: string): boolean {
    openOrRefuse(room);
    const present = room.guests.get(user);
    if (present) {
      if (present.vanishing) this.#lost(room, present);
      return false;
    }
    if (room.guests.size >= room.seats) throw new Refused(409, 'ROOM_FULL', 'All seats are taken.');
    const guest = newGuest(user, 'guest');
    room.guests.set(user, guest);
    this.#options.tell(room, 'guest.arrived', { room: room.id, guest: shown(guest) });
    return true;
  }

  leave(room: Room, user: string, why: 'left' | 'vanished' = 'left'): void {
    const guest = room.guests.get(user);
    if (!guest) return;
    clearTimeout(guest.vanishing);
    room.guests.delete(user);
    this.#options.silence(room, user);
    this.#options.tell(room, 'guest.gone', { room: room.id, guest: user, why });
    const [next] = room.guests.values();
    if (!next) room.state = 'closed';
    else if (guest.part === 'owner') {
      next.part = 'owner';
      this.#options.tell(room, 'room.owner', { room: room.id, guest: next.id });
    }
  }

  setHand(room: Room, user: string, up: boolean): void {
    const guest = guestOrRefuse(room, user);
    if (guest.handUp === up) return;
    guest.handUp = up;
    this.#options.tell(room, 'hand.changed', { room: room.id, guest: user, up });
  }

  /** Adds a connection of a guest as a listener of the room. */
  listen(room: Room, user: string, connection: string): void {
    const guest = guestOrRefuse(room, user);
    clearTimeout(guest.vanishing);
    guest.vanishing = undefined;
    guest.connections.add(connection);
  }

  /** Handles a closed connection. A guest without connections leaves after the grace time. */
  hangUp(user: string, connection: string): void {
    for (const room of this.of(user)) {
      const guest = room.guests.get(user)!;
      if (guest.connections.delete(connection) && guest.connections.size === 0) this.#lost(room, guest);
    }
  }

  close(): void {
    for (const { guests } of this.#rooms.values())
      for (const { vanishing } of guests.values()) clearTimeout(vanishing);
    this.#rooms.clear();
  }

  #lost(room: Room, guest: Guest): void {
    const { graceMs, keepsGhosts } = this.#options;
    clearTimeout(guest.vanishing);
    if (keepsGhosts) return;
    guest.vanishing = setTimeout(() => this.leave(room, guest.id, 'vanished'), graceMs);
  }
}

function newGuest(id: string, part: Guest['part']): Guest {
  return { id, part, handUp: false, since: new Date().toISOString(), connections: new Set() };
}

function openOrRefuse(room: Room): void {
  if (room.state === 'closed') throw new Refused(410, 'ROOM_CLOSED', 'The last guest has left this room.');
}

function guestOrRefuse(room: Room, user: string): Guest {
  openOrRefuse(room);
  const guest = room.guests.get(user);
  if (!guest) throw new Refused(403, 'NOT_A_GUEST', 'Only guests of the room may do this.');
  return guest;
}

const shown = ({ id, part, handUp, since }: Guest) => ({ id, part, handUp, since });

export const guestsOf = ({ guests }: Room): readonly object[] => [...guests.values()].map(shown);

/** A room in the form of the answers. */
export function roomWithGuests(room: Room): object {
  const { id, name, seats, state } = room;
  return { id, name, seats, state, guests: guestsOf(room) };
}
