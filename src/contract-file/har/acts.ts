import { valueAt } from '../../meetings/contract/mistakes.ts';
import { standardOperations } from '../../timings/catalogue.ts';
import { type Endpoint, pathText, placeOf } from '../classify.ts';
import { operationName } from '../draft.ts';
import { isHand } from '../ranks.ts';
import { leavesOf, shapeOf } from '../shape.ts';
import { means, mentions, wordsOf } from '../words.ts';
import { endpointOf, meetingIdOf } from './api-calls.ts';
import type { SocketMessage } from './connections.ts';
import { isId, type Mention, mentionsIn } from './mentions.ts';
import type { People, Person } from './people.ts';
import type { HarEntry } from './read-har.ts';
import { isRandom } from './template.ts';

/** An action of a user, with the name of its operation. */
export interface Act {
  readonly operation: string;
  readonly person: Person;
  readonly atMs: number;
  /** Distinguishes this way to perform the operation from others: `POST /${meeting}/join`, or the name of a message. */
  readonly way: string;
  readonly call?: { readonly entry: HarEntry; readonly endpoint: Endpoint; readonly collection: string };
  readonly message?: SocketMessage;
}

/** All actions of both users, in their order. */
export function actsIn(people: People): Act[] {
  const acts = people.persons.flatMap((person) => [
    ...person.recording.calls.flatMap((entry) => callAct(entry, person, people)),
    ...person.recording.sent.flatMap((message) => messageAct(message, person, people)),
  ]);
  return withoutGreetings(acts.sort((one, other) => one.atMs - other.atMs));
}

/** Removes custom messages before the user joins: they belong to the connection, not to a journey. */
function withoutGreetings(acts: readonly Act[]): Act[] {
  const joins = acts.filter(({ operation }) => operation === 'meeting.join' || operation === 'room.enter');
  return acts.filter(({ operation, person, atMs }) => {
    const joined = joins.find((one) => one.person === person)?.atMs;
    return (
      standardOperations.has(operation) ||
      operation === 'participants' ||
      joined === undefined ||
      atMs > joined
    );
  });
}

function callAct(entry: HarEntry, person: Person, { meetingId }: People): Act[] {
  const id = meetingIdOf(entry);
  if (
    entry.status >= 400 ||
    entry.status === 0 ||
    (id !== undefined && meetingId !== undefined && id !== meetingId)
  )
    return [];
  const raw = endpointOf(entry);
  const segments = raw.segments.map((segment) =>
    typeof segment === 'string' && person.id !== undefined && segment === person.id
      ? { variable: 'user' }
      : segment,
  );
  const endpoint = { ...raw, segments, flag: handFlag(entry) };
  const { purpose, collection } = placeOf(endpoint);
  if (purpose === undefined || purpose === 'login') return [];
  const way = `${entry.method} ${pathText(segments)}`;
  return [
    {
      operation: purpose,
      person,
      atMs: entry.startMs,
      way,
      call: { entry, endpoint, collection: pathText(segments.slice(0, collection)) },
    },
  ];
}

function handFlag({ request, url }: HarEntry): boolean | undefined {
  const leaves = leavesOf(shapeOf([request])).filter(
    ({ shape }) => shape.type === 'boolean' || shape.type === 'number',
  );
  const flags = leaves.filter(({ path, shape }) => path.length > 0 && isHand(path, shape));
  const booleans = leaves.filter(({ shape }) => shape.type === 'boolean');
  const [flag] =
    flags.length > 0 ? flags : mentions(url.pathname, 'hand') && booleans.length === 1 ? booleans : [];
  return flag && Boolean(flag.shape.values[0]);
}

/** A message with a longer text is not an action of a journey, but a picture or a description of a media session. */
const LONGEST = 300;

/** Whether a message is for one peer, as in a media session, whose descriptions are valid only once. */
function isForOnePeer(mentioned: readonly Mention[]): boolean {
  return mentioned.some(
    ({ name, value }) =>
      value.length > LONGEST || /^(to|target|recipient|sdp|sdpMid|candidate|ice|rtpParameters)$/i.test(name),
  );
}

function messageAct(message: SocketMessage, person: Person, people: People): Act[] {
  const { token } = person.credentials;
  const mentioned = mentionsIn(message.args);
  const other = people.persons.find((one) => one !== person)?.id;
  const isForOther = other !== undefined && mentioned.some((one) => one.value === other && isId(one, other));
  const showsToken = token !== undefined && mentioned.some(({ value }) => value === token);
  const isHeartbeat = /^(\w+[:./-])?(ping|pong|heart-?beat|keep-?alive)$/i.test(message.name);
  if (message.isBinary || isForOther || showsToken || isHeartbeat || isForOnePeer(mentioned)) return [];
  const constants = constantsIn(message, person, people);
  const operation = messageOperation(message, constants);
  const way = [message.name, ...constants.map(({ name, value }) => `${name}=${value}`)].join(' ');
  return [{ operation, person, atMs: message.atMs, way, message }];
}

/** A word, a flag or a number in the payload that shows the purpose of the message: `element: hand`, `status: true`. */
export interface Constant {
  readonly name: string;
  readonly value: string | boolean | number;
}

export function constantsIn(
  { args: [payload] }: Pick<SocketMessage, 'args'>,
  person: Person,
  { meetingId }: People,
): Constant[] {
  const leaves = leavesOf(shapeOf([payload])).flatMap(({ path, shape: { values } }) =>
    path.length > 0 ? [{ name: String(path.at(-1)), value: values[0] }] : [],
  );
  const personal = [meetingId, person.id, person.displayName];
  const words = leaves.filter((one): one is Constant => {
    if (typeof one.value === 'boolean') return true;
    const isWord = typeof one.value === 'string' && /^[a-z][a-z_:-]{0,24}$/i.test(one.value);
    if (!isWord || isRandom(String(one.value)) || personal.includes(String(one.value))) return false;
    return !(['text', 'display', 'title', 'account', 'meeting'] as const).some((group) =>
      mentions(one.name, group),
    );
  });
  if (!words.some(isAboutHand)) return words;
  // `value: 1` beside `kind: hand`: some services write booleans as numbers.
  return [...words, ...leaves.filter((one): one is Constant => one.value === 0 || one.value === 1)];
}

function isAboutHand({ name, value }: Constant): boolean {
  return mentions(name, 'hand') || mentions(String(value), 'hand');
}

/** The operation of a message, by the words of its name and of its payload. */
function messageOperation(
  { name, args: [payload], ack }: SocketMessage,
  constants: readonly Constant[],
): string {
  const nameWords = wordsOf(name);
  const words = [...nameWords, ...constants.flatMap(({ value }) => wordsOf(String(value)))];
  const has = (group: Parameters<typeof means>[1], among = nameWords) =>
    among.some((word) => means(word, group));
  if (has('hand', words) || constants.some(isAboutHand)) {
    const flag = constants.find(({ value }) => typeof value !== 'string')?.value;
    const isDown = flag === false || flag === 0 || has('lower', words) || isZeroFlag(payload);
    return isDown ? 'hand.lower' : 'hand.raise';
  }
  if (has('reconnect')) return 'meeting.reconnect';
  if (nameWords.some((word) => /^(create|start|new)$/.test(word)) && has('meeting') && ack)
    return 'meeting.create';
  if (has('leave')) return 'meeting.leave';
  if (has('join')) return 'room.enter';
  if (has('chat') && mentionsIn(payload).some(({ name: field }) => field === '' || mentions(field, 'text')))
    return 'chat.send';
  return operationName(words);
}

function isZeroFlag(payload: unknown): boolean {
  return leavesOf(shapeOf([payload])).some(
    ({ path, shape }) => isHand(path, shape) && valueAt(payload, path) === 0,
  );
}
