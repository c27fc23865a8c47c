import { assertNever } from '../../kernel/errors.ts';
import {
  type AnyOperation,
  type EventDefinition,
  handIn,
  idOf,
  mismatchIn,
  rosterIn,
} from '../../meetings/contract/operation.ts';
import type { Values } from '../../meetings/expressions.ts';
import { idsIn, listsWith, placesOf } from './places.ts';
import { asText, type Message, messageText } from './step.ts';
import type { Seen } from './tester.ts';

/** What an operation is about. */
export interface About {
  readonly operation: AnyOperation;
  readonly meetingId: string;
  readonly userId: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Mistakes {
  readonly wrong: string[];
  readonly hints: string[];
}

const rootOf = ({ over }: AnyOperation) => (over === 'http' ? 'body' : 'payload');

const STATUS_HINTS: Readonly<Record<string, string>> = {
  'http 400': 'Is the body (`json`) what the service asks for?',
  'http 401': 'Do `identity` and `send` show the user as the service wants it?',
  'http 403': 'Do `identity` and `send` show the user as the service wants it?',
  'http 404': 'Is the path right, with `service.base` before it?',
  'http 415': 'Is the body (`json`) what the service asks for?',
};

/** What may help where an operation was no success. */
export function refusalHints(about: About, { answer, said, status, heard }: Seen): string[] {
  const { operation, meetingId, userId, env } = about;
  const hint = STATUS_HINTS[answer.outcome];
  if (hint !== undefined) return [hint];
  if (answer.outcome === 'timeout' && operation.over === 'socket') return replyHints(operation, heard);
  if (answer.outcome !== 'invalid') return [];
  const root = rootOf(operation);
  const values = { env, status, body: said, payload: said, args: [said], meeting: meetingId, user: userId };
  const isAgreed = !operation.ok || operation.ok(values) === true;
  const mismatch = isAgreed ? mismatchIn(operation, values, meetingId, userId) : undefined;
  if (!mismatch)
    return [`\`ok\` is not true for this answer${status === undefined ? '' : ` (status ${status})`}.`];
  switch (mismatch.key) {
    case 'meeting':
      if (meetingId === '') return newIdHints(root, said);
      return whereIs('meeting', placesOf(root, said, meetingId), 'the id of the meeting');
    case 'user':
      return whereIs('user', placesOf(root, said, userId), 'the id of the user');
    case 'meetings':
      return ['Is `meetings.list` the list in the answer?'];
    default:
      return assertNever(mismatch.key);
  }
}

function replyHints(operation: AnyOperation & { over: 'socket' }, heard: readonly Message[]): string[] {
  const waited =
    operation.reply.kind === 'event' ? `the event \`${operation.reply.on}\`` : 'an acknowledgement';
  const came = heard.slice(0, 3).map((message) => `It sent instead: ${messageText(message)}`);
  const [first] = heard;
  return [
    `The service did not answer with ${waited}.`,
    ...came,
    first
      ? `If that is the answer, write \`reply: ${first.name}\`.`
      : 'If it answers nothing, write `reply: none`.',
    `Or the service does not know \`${operation.emit}\`: check \`emit\`.`,
  ];
}

/** The id of a new meeting is not known: these are all values that look like one. */
function newIdHints(root: string, said: unknown): string[] {
  const places = idsIn(root, said).slice(0, 3);
  if (places.length === 0)
    return ['The answer holds no id. Say in `meeting` where the id of the new meeting is.'];
  return [`Ids are in ${places.join(' and in ')}: \`meeting: ${places[0]}\`.`];
}

function whereIs(key: string, places: readonly string[], what: string): string[] {
  if (places.length === 0) return [`The answer does not hold ${what}: remove \`${key}\`.`];
  return [
    `${what[0]!.toUpperCase()}${what.slice(1)} is in ${places.slice(0, 3).join(' and in ')}: \`${key}: ${places[0]}\`.`,
  ];
}

/** What the contract reads and a successful answer does not hold. */
export function readMistakes({ operation, userId }: About, { answer, said }: Seen): Mistakes {
  const found: Mistakes = { wrong: [], hints: [] };
  const { values } = answer;
  if (!values) return found;
  const { reads } = operation;
  const root = rootOf(operation);
  if (reads.state && typeof reads.state(values) !== 'string')
    found.wrong.push('`state` reads no text in this answer');
  if (reads.roster && !Array.isArray(reads.roster.list(values))) {
    const places = listsWith(root, said, userId);
    // A service may report its roster in some answers alone; one that reports it elsewhere in this answer is misread.
    const isMisread = places.length > 0 || operation.name === 'meeting.get';
    if (isMisread) found.wrong.push('`roster.list` reads no list in this answer');
    else found.hints.push('This answer reports no roster.');
    if (isMisread && places.length === 0)
      found.hints.push('This answer has no list with the user: remove `roster`, or another call has it.');
    for (const { list, user } of places.slice(0, 2))
      found.hints.push(`A list with the user is in ${list}: \`roster: { list: ${list}, user: ${user} }\`.`);
  }
  for (const [name, read] of Object.entries(reads.advice ?? {}))
    if (read(values) === undefined) found.wrong.push(`\`advice.${name}\` reads nothing in this answer`);
  return found;
}

/** What is wrong with a roster that has to hold these users. */
export function rosterMistakes(
  { reads }: AnyOperation,
  { answer, said }: Seen,
  inside: readonly { readonly letter: string; readonly userId: string }[],
  handOfLast: boolean | undefined,
): Mistakes {
  const found: Mistakes = { wrong: [], hints: [] };
  if (!reads.roster || !answer.values) return found;
  const roster = rosterIn(reads, answer.values);
  if (!roster) return found;
  for (const { letter, userId } of inside) {
    const rows = roster.filter((row) => row.userId === userId).length;
    if (rows === 1) continue;
    found.wrong.push(
      rows === 0
        ? `the roster does not hold ${letter} ("${userId}")`
        : `the roster holds ${letter} ${rows} times`,
    );
    const [place] = listsWith('body', said, userId);
    if (rows === 0 && place)
      found.hints.push(
        `${letter} is in ${place.list}: \`roster: { list: ${place.list}, user: ${place.user} }\`.`,
      );
  }
  const last = inside.at(-1);
  const row = roster.find(({ userId }) => userId === last?.userId);
  if (handOfLast === undefined || !row || !reads.roster.hand) return found;
  if (row.handRaised === undefined) {
    if (handOfLast) {
      found.wrong.push('`roster.hand` reads neither true nor false');
      found.hints.push(`The entry: ${asText(entryOf(reads.roster.list(answer.values), last!.userId))}`);
    }
  } else if (row.handRaised !== handOfLast)
    found.wrong.push(`the hand of ${last!.letter} is ${row.handRaised ? 'up' : 'down'} in the roster`);
  return found;
}

function entryOf(list: unknown, userId: string): unknown {
  if (!Array.isArray(list)) return undefined;
  return list.find((item: unknown) => placesOf('item', item, userId).length > 0);
}

/** An event that was expected. */
export interface ExpectedEvent {
  readonly definition: EventDefinition;
  /** What the event is known by: the id of the user, or a text of the call. */
  readonly key: string;
  readonly about: string;
  readonly meetingId: string;
}

/** Why an event was not understood, from the messages that came in its time. */
export function eventMistakes(
  { definition, key, about, meetingId }: ExpectedEvent,
  messages: readonly Message[],
  env: Readonly<Record<string, string>>,
): Mistakes {
  const found: Mistakes = { wrong: [], hints: [] };
  const named = messages.filter(({ name }) => name === definition.on);
  for (const message of named) {
    const values: Values = { payload: message.values[0], args: message.values, meeting: meetingId, env };
    found.wrong.push(
      `the message ${messageText(message)} is not read as this event`,
      ...why(definition, values, key, meetingId),
    );
    const places = placesOf('payload', message.values[0], key);
    const reading = definition.match ? 'match' : 'user';
    if (places[0] !== undefined && idOf(definition[reading]?.(values)) !== key)
      found.hints.push(`"${key}" is in ${places[0]}: \`${reading}: ${places[0]}\`.`);
  }
  if (named.length > 0) return found;
  found.wrong.push(`no message \`${definition.on}\` came in time`);
  const mentions = messages.filter(({ values }) =>
    values.some((value) => placesOf('payload', value, key).length > 0),
  );
  const others =
    mentions.length > 0
      ? mentions
      : messages.filter(({ values }) => values.some((value) => placesOf('payload', value, about).length > 0));
  for (const message of (others.length > 0 ? others : messages).slice(0, 3))
    found.hints.push(`This came instead: ${messageText(message)}`);
  if (messages.length === 0)
    found.hints.push('Nothing came. If the service sends no event, remove `causes`.');
  return found;
}

function why(definition: EventDefinition, values: Values, key: string, meetingId: string): string[] {
  const reasons: string[] = [];
  if (definition.when && definition.when(values) !== true) reasons.push('`when` is not true for it');
  const meeting = definition.meeting ? idOf(definition.meeting(values)) : meetingId;
  if (meeting !== meetingId)
    reasons.push(`\`meeting\` reads "${meeting ?? 'nothing'}", expected was "${meetingId}"`);
  const reading = definition.match ? 'match' : 'user';
  const read = idOf(definition[reading]?.(values));
  if (read !== key) reasons.push(`\`${reading}\` reads "${read ?? 'nothing'}", expected was "${key}"`);
  if (definition.hand && handIn(definition.hand(values)) === undefined && reasons.length === 0)
    reasons.push('`hand` reads neither true nor false');
  return reasons;
}
