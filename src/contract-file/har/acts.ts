import { standardOperations } from '../../timings/catalogue.ts';
import { type Endpoint, pathText, placeOf } from '../classify.ts';
import { isHand } from '../flags.ts';
import { operationName } from '../names.ts';
import { leavesOf, shapeOf, valueAt } from '../shape.ts';
import { means, mentions, wordsOf } from '../words.ts';
import { endpointOf, meetingIdOf } from './api-calls.ts';
import { isId, type Mention, mentionsIn } from './mentions.ts';
import type { People, Person } from './people.ts';
import type { HarEntry } from './read-har.ts';
import type { SocketMessage } from './socket-messages.ts';
import { isRandom } from './template.ts';

/** One thing that a user did, by the name of the operation that it is. */
export interface Act {
  readonly operation: string;
  readonly person: Person;
  readonly atMs: number;
  /** What tells this way to do it from others: `POST /${meeting}/join`, or the name of a message. */
  readonly way: string;
  readonly call?: { readonly entry: HarEntry; readonly endpoint: Endpoint; readonly collection: string };
  readonly message?: SocketMessage;
}

/** All that both users did, in the order in which it happened. */
export function actsIn(people: People): Act[] {
  const acts = people.persons.flatMap((person) => [
    ...person.recording.calls.flatMap((entry) => callAct(entry, person, people)),
    ...person.recording.sent.flatMap((message) => messageAct(message, person, people)),
  ]);
  return withoutGreetings(acts.sort((one, other) => one.atMs - other.atMs));
}

/** Own messages of the client before the user takes part belong to its connection and are not actions of a journey. */
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

/** A text with more than this is not an action of a journey: a picture, a description of a media session. */
const LONGEST = 300;

/** Media sessions are between two peers, and their descriptions are good once. */
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
  const words = constantsIn(message, person, people);
  return [
    {
      operation: messageOperation(message, words),
      person,
      atMs: message.atMs,
      way: [message.name, ...words].join(' '),
      message,
    },
  ];
}

/** The words in the payload that say what the message is for: `element: hand`, `status: true`. */
export function constantsIn(
  { args }: Pick<SocketMessage, 'args'>,
  person: Person,
  { meetingId }: People,
): string[] {
  const found = wordsIn(args[0], person, meetingId);
  return found.some((word) => mentions(word, 'hand')) ? [...found, ...numberFlagsIn(args[0])] : found;
}

/** `value: 1` beside `kind: hand`: some services write booleans as numbers. */
function numberFlagsIn(payload: unknown): string[] {
  return leavesOf(shapeOf([payload])).flatMap(({ path, shape: { values } }) =>
    path.length > 0 && (values[0] === 0 || values[0] === 1) ? [`${path.at(-1)}=${values[0]}`] : [],
  );
}

function wordsIn(payload: unknown, person: Person, meetingId: string | undefined): string[] {
  return leavesOf(shapeOf([payload])).flatMap(({ path, shape }) => {
    const name = String(path.at(-1) ?? '');
    const [value] = shape.values;
    if (path.length === 0) return [];
    if (shape.type === 'boolean') return [`${name}=${String(value)}`];
    const isWord = typeof value === 'string' && /^[a-z][a-z_:-]{0,24}$/i.test(value) && !isRandom(value);
    if (!isWord || value === meetingId || value === person.id || value === person.displayName) return [];
    return ['text', 'display', 'title', 'account', 'meeting'].some((group) => mentions(name, group as 'text'))
      ? []
      : [`${name}=${value}`];
  });
}

/** What a message is for, by the words of its name and of its payload. */
function messageOperation({ name, args, ack }: SocketMessage, constants: readonly string[]): string {
  const payload = args[0];
  const nameWords = wordsOf(name);
  const words = [...nameWords, ...constants.flatMap((one) => wordsOf(one.split('=')[1] ?? ''))];
  const has = (group: Parameters<typeof means>[1], among = nameWords) =>
    among.some((word) => means(word, group));
  const flagged = constants.find((one) => /=(true|false|0|1)$/.test(one));
  if (has('hand', [...words, ...constants.flatMap((one) => wordsOf(one.split('=')[0]!))])) {
    const isDown = /=(false|0)$/.test(flagged ?? '') || has('lower', words) || isZeroFlag(payload);
    return isDown ? 'hand.lower' : 'hand.raise';
  }
  if (has('reconnect')) return 'meeting.reconnect';
  if (nameWords.some((word) => /^(create|start|new)$/.test(word)) && has('meeting') && ack)
    return 'meeting.create';
  if (has('leave')) return 'meeting.leave';
  if (has('join')) return 'room.enter';
  if (has('chat') && mentionsIn(payload).some(({ name: field }) => field === '' || mentions(field, 'text')))
    return 'chat.send';
  return operationName([...nameWords, ...constants.flatMap((one) => wordsOf(one.split('=')[1] ?? ''))]);
}

function isZeroFlag(payload: unknown): boolean {
  return leavesOf(shapeOf([payload])).some(
    ({ path, shape }) => isHand(path, shape) && valueAt(payload, path) === 0,
  );
}
