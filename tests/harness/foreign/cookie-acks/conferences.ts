import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Refused } from './refused.ts';
import type { Person } from './sessions.ts';

/** Simultaneous messages arrive within this time. */
const BOOKING_MS = 50;

interface Member {
  readonly person: Person;
  hand: boolean;
  readonly sockets: Set<string>;
  vanishing?: NodeJS.Timeout;
}

export interface Conference {
  readonly key: string;
  readonly topic: string;
  readonly seats: number;
  readonly creator: number;
  /** `waiting`: no user has joined yet, not even the creator. */
  phase: 'waiting' | 'live' | 'over';
  readonly members: Map<number, Member>;
}

/** Sends an event to all participants, except to the sockets of `except`. */
export type Tell = (conference: Conference, event: string, content: object, except?: Person) => void;

export interface ConferencesOptions {
  readonly graceMs: number;
  readonly tell: Tell;
  readonly silence: (conference: Conference, person: Person) => void;
  /** The defect: other users may take a seat between the check and the booking. */
  readonly overbooks: boolean;
}

export class Conferences {
  readonly #all = new Map<string, Conference>();
  readonly #options: ConferencesOptions;

  constructor(options: ConferencesOptions) {
    this.#options = options;
  }

  create(creator: Person, { topic, seats }: { topic: string; seats: number }): Conference {
    const key = newKey();
    const conference: Conference = {
      key,
      topic,
      seats,
      creator: creator.id,
      phase: 'waiting',
      members: new Map(),
    };
    this.#all.set(key, conference);
    return conference;
  }

  find(key: string): Conference {
    const conference = this.#all.get(key);
    if (!conference) throw new Refused('no-such-conference');
    return conference;
  }

  async join(conference: Conference, person: Person, socket: string): Promise<Member> {
    this.#mayJoin(conference, person);
    if (this.#options.overbooks) await pause(BOOKING_MS);
    const present = conference.members.get(person.id);
    const member = present ?? { person, hand: false, sockets: new Set<string>() };
    clearTimeout(member.vanishing);
    member.vanishing = undefined;
    member.sockets.add(socket);
    if (present) return member;
    conference.members.set(person.id, member);
    conference.phase = 'live';
    const content = { conf: conference.key, kind: 'in', person: shown(member, conference) };
    this.#options.tell(conference, 'conf/people', content, person);
    return member;
  }

  #mayJoin({ phase, members, seats }: Conference, { id }: Person): void {
    if (phase === 'over') throw new Refused('conference-over');
    if (!members.has(id) && members.size >= seats) throw new Refused('full');
  }

  /** The conference ends with its last member, or when its creator leaves before anyone has joined. */
  leave(conference: Conference, person: Person): void {
    const member = conference.members.get(person.id);
    if (member) {
      clearTimeout(member.vanishing);
      conference.members.delete(person.id);
      this.#options.silence(conference, person);
      const content = { conf: conference.key, kind: 'out', person: shown(member, conference) };
      this.#options.tell(conference, 'conf/people', content);
    }
    const isTheLast = member !== undefined || person.id === conference.creator;
    if (isTheLast && conference.members.size === 0) conference.phase = 'over';
  }

  setHand(conference: Conference, person: Person, up: boolean): void {
    const member = this.memberOf(conference, person);
    if (member.hand === up) return;
    member.hand = up;
    this.#options.tell(conference, 'conf/hand', { conf: conference.key, id: String(person.id), up });
  }

  chat(conference: Conference, person: Person, text: string): void {
    this.memberOf(conference, person);
    const content = { conf: conference.key, from: String(person.id), text };
    this.#options.tell(conference, 'conf/chat', content);
  }

  memberOf(conference: Conference, person: Person): Member {
    if (conference.phase === 'over') throw new Refused('conference-over');
    const member = conference.members.get(person.id);
    if (!member) throw new Refused('not-inside');
    return member;
  }

  /** Handles a closed socket. A user without sockets leaves after the grace time. */
  hangUp(person: Person, socket: string): void {
    for (const conference of this.#all.values()) {
      const member = conference.members.get(person.id);
      if (!member?.sockets.delete(socket) || member.sockets.size > 0) continue;
      member.vanishing = setTimeout(() => this.leave(conference, person), this.#options.graceMs);
    }
  }

  close(): void {
    for (const { members } of this.#all.values())
      for (const { vanishing } of members.values()) clearTimeout(vanishing);
    this.#all.clear();
  }
}

/** A key that is easy to read aloud, such as `abcd-qwert-uiop`. */
function newKey(): string {
  const part = (length: number) =>
    Array.from({ length }, () => String.fromCharCode(97 + randomInt(26))).join('');
  return `${part(4)}-${part(5)}-${part(4)}`;
}

function shown({ person, hand }: Member, { creator }: Conference): object {
  return { id: person.id, name: person.email.split('@')[0], hand, chair: person.id === creator };
}

export function peopleIn(conference: Conference): readonly object[] {
  return [...conference.members.values()].map((member) => shown(member, conference));
}

export function described({ key, topic, seats, phase, members }: Conference): object {
  return { key, topic, seats, phase, taken: members.size };
}
