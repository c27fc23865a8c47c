import { isDeepStrictEqual } from 'node:util';
import { wordsOf } from '../words.ts';
import type { Act } from './acts.ts';
import type { Caused } from './causes.ts';
import type { SocketMessage } from './connections.ts';
import type { People } from './people.ts';

/** An answer arrives within this time. */
const SOON_MS = 1000;

/** The reply to a message in each recording: `ack`, `none`, or the name of an event. */
export function replyTo(
  acts: readonly Act[],
  all: readonly Act[],
  caused: readonly Caused[],
  people: People,
): string {
  const messages = acts.flatMap(({ message }) => message ?? []);
  if (messages.some(({ ack }) => ack !== undefined)) return 'ack';
  const answers = acts.map((act) => answersTo(act, all, caused, people));
  const [first = []] = answers;
  const always = first.filter((event) =>
    answers.every((events) => events.some(({ name }) => name === event.name)),
  );
  const words = wordsOf(messages[0]?.name ?? '');
  const related = always.find(({ name }) =>
    wordsOf(name).some((word) => words.some((one) => isRelated(one, word))),
  );
  return (related ?? always[0])?.name ?? 'none';
}

/** `join` and `joined`, `subscribe` and `subscribed`. */
function isRelated(one: string, other: string): boolean {
  return one.length > 2 && other.startsWith(one.replace(/e$/, ''));
}

/** The events that came soon afterwards, and to this user alone. */
function answersTo(
  { message, person }: Act,
  all: readonly Act[],
  caused: readonly Caused[],
  people: People,
): SocketMessage[] {
  if (!message) return [];
  const next =
    all.find((one) => one.person === person && one.message !== undefined && one.atMs > message.atMs)?.atMs ??
    Number.POSITIVE_INFINITY;
  const other = people.persons.find((one) => one !== person)!;
  return person.recording.received.filter(
    (event) =>
      event.connection === message.connection &&
      event.atMs >= message.atMs &&
      event.atMs <= Math.min(next, message.atMs + SOON_MS) &&
      !caused.some((one) => one.event === event) &&
      !isForAll(event, other.recording.received),
  );
}

function isForAll(event: SocketMessage, others: readonly SocketMessage[]): boolean {
  return others.some(
    (one) =>
      one.name === event.name &&
      Math.abs(one.atMs - event.atMs) <= SOON_MS &&
      isDeepStrictEqual(one.args, event.args),
  );
}

const REFUSES = /error|refus|reject|denied|problem|fail|forbidden/i;

/** The event that reports the refusal of a message, if one was recorded. */
export function refusalOf(emit: string, people: People): string | undefined {
  const names = [
    ...new Set(people.persons.flatMap(({ recording }) => recording.received.map(({ name }) => name))),
  ].filter((name) => REFUSES.test(name));
  const [first] = wordsOf(emit);
  return names.find((name) => wordsOf(name)[0] === first) ?? (names.length === 1 ? names[0] : undefined);
}
