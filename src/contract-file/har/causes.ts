import { PacketType } from 'socket.io-parser';
import type { Act } from './acts.ts';
import type { SocketMessage } from './connections.ts';
import { isId, type Mention, mentionsIn } from './mentions.ts';
import type { People, Person } from './people.ts';

/** An event that one user received because of an action of the other. */
export interface Caused {
  readonly operation: string;
  readonly actor: Person;
  readonly event: SocketMessage;
  /** The text that identifies the event if the event does not name the user. */
  readonly unique: string | undefined;
}

/** An event arrives within this time after its cause. */
const SOON_MS = 1000;
/** Two clocks in one browser may differ by this much. */
const CLOCKS_MS = 50;
/** A service notices within this time that a user is gone. */
const GONE_MS = 90_000;

/** The action of the other user that caused each event. */
export function causedIn(people: People, acts: readonly Act[]): Caused[] {
  const [one, other] = people.persons;
  return [...causedBy(one, other, acts, people), ...causedBy(other, one, acts, people)];
}

function causedBy(actor: Person, listener: Person, acts: readonly Act[], people: People): Caused[] {
  const ended = saidGoodbyeAt(actor);
  const own: Pick<Act, 'operation' | 'atMs' | 'call' | 'message' | 'person'>[] = [
    ...acts.filter(({ person }) => person === actor),
    ...(ended === undefined ? [] : [{ operation: DISCONNECT, atMs: ended, person: actor }]),
  ];
  const caused = listener.recording.received.flatMap((event): Caused[] => {
    const mentioned = mentionsIn(event.args);
    const isAbout = isAboutOne(mentioned, actor);
    // Both may have written the same text.
    if (!isAbout && isAboutOne(mentioned, listener)) return [];
    const before = own.filter(({ atMs }) => atMs <= event.atMs + CLOCKS_MS && event.atMs - atMs <= SOON_MS);
    const saying = before.findLast((act) =>
      textsOf(act, people).some((text) => mentioned.some(({ value }) => value === text)),
    );
    if (saying) {
      const unique = textsOf(saying, people).find((text) => mentioned.some(({ value }) => value === text));
      return [{ operation: saying.operation, actor, event, unique }];
    }
    if (!isAbout) return [];
    const changing = before.filter(changesSomething);
    const cause = changing.findLast(({ atMs }) => atMs <= event.atMs) ?? changing[0];
    if (cause) return [{ operation: cause.operation, actor, event, unique: undefined }];
    const gone = goneAt(actor);
    const isGone = gone !== undefined && event.atMs >= gone - CLOCKS_MS && event.atMs - gone <= GONE_MS;
    return isGone ? [{ operation: DISCONNECT, actor, event, unique: undefined }] : [];
  });
  return handsInOrder(caused, own);
}

const isHand = (operation: string) => operation === 'hand.raise' || operation === 'hand.lower';

/**
 * A hand may be lowered before the others receive that it was raised. Events keep the order of their causes: if there
 * are as many events as calls, each event belongs to the call at the same position.
 */
function handsInOrder(caused: readonly Caused[], acts: readonly Pick<Act, 'operation'>[]): Caused[] {
  const raised = acts.filter(({ operation }) => isHand(operation));
  const wires = [
    ...new Set(caused.filter(({ operation }) => isHand(operation)).map(({ event }) => event.name)),
  ];
  let ordered = [...caused];
  for (const wire of wires) {
    const isIt = ({ operation, event }: Caused) => isHand(operation) && event.name === wire;
    if (ordered.filter(isIt).length !== raised.length) continue;
    let index = 0;
    ordered = ordered.map((one) => (isIt(one) ? { ...one, operation: raised[index++]!.operation } : one));
  }
  return ordered;
}

/** An event is not about the users in a list: the list may be the roster. */
function isAboutOne(mentioned: readonly Mention[], { id, displayName }: Person): boolean {
  const names = [id, displayName].filter((name) => name !== undefined);
  return mentioned.some((mention) => !isInList(mention) && names.some((name) => isId(mention, name)));
}

/** The first step of a path is the position among the values of the event. */
function isInList({ path }: Mention): boolean {
  return path.slice(1).some((step) => typeof step === 'number');
}

/** The end of the connection as an operation, until it is known whether users leave by it. */
export const DISCONNECT = 'disconnect';

function changesSomething({ call }: Pick<Act, 'call'>): boolean {
  return call === undefined || call.entry.method !== 'GET';
}

/** The texts that a user typed, without ids and names. */
function textsOf(
  { message, call, person }: Pick<Act, 'message' | 'call' | 'person'>,
  people: People,
): string[] {
  const ids = [people.meetingId, ...people.persons.flatMap(({ id, displayName }) => [id, displayName])];
  return mentionsIn(message?.args ?? call?.entry.request)
    .filter(({ value }) => value.length >= 2 && !ids.includes(value) && value !== person.credentials.token)
    .filter(({ name }) => name === '' || /text|message|msg|body|content|comment/i.test(name))
    .map(({ value }) => value);
}

/** When the last connection of a user ended: with the client's disconnect packet, or with the last message. */
export function goneAt(person: Person): number | undefined {
  return saidGoodbyeAt(person) ?? person.recording.connections.at(-1)?.endMs;
}

function saidGoodbyeAt({ recording }: Person): number | undefined {
  const said = recording.connections.flatMap(({ messages }) =>
    messages.flatMap(({ isSent, packet, atMs }) =>
      isSent && packet.type === PacketType.DISCONNECT ? [atMs] : [],
    ),
  );
  return said.at(-1);
}
