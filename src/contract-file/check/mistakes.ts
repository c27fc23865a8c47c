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

/** An operation, with its meeting and its user. */
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
  'http 400': 'Check that `json` is the body that the service expects.',
  'http 401': 'Check `identity` and `send`: the service refused the user.',
  'http 403': 'Check `identity` and `send`: the service refused the user.',
  'http 404': 'Check the path and `service.base`.',
  'http 415': 'Check that `json` is the body that the service expects.',
};

/** Suggestions for an operation that failed. */
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
      return ['Check that `meetings.list` is the list in the answer.'];
    default:
      return assertNever(mismatch.key);
  }
}

function replyHints(operation: AnyOperation & { over: 'socket' }, heard: readonly Message[]): string[] {
  const waited =
    operation.reply.kind === 'event' ? `the event \`${operation.reply.on}\`` : 'an acknowledgement';
  const came = heard.slice(0, 3).map((message) => `Received instead: ${messageText(message)}`);
  const [first] = heard;
  return [
    `The service did not answer with ${waited}.`,
    ...came,
    first
      ? `If that is the answer, write \`reply: ${first.name}\`.`
      : 'If the service sends no answer, write `reply: none`.',
    `Or the service does not know \`${operation.emit}\`: check \`emit\`.`,
  ];
}

/** Suggests the values that look like the id of a new meeting. */
function newIdHints(root: string, said: unknown): string[] {
  const places = idsIn(root, said).slice(0, 3);
  if (places.length === 0)
    return ['The answer contains no id. Set `meeting` to the place of the id of the new meeting.'];
  return [`Ids are in ${places.join(' and in ')}: \`meeting: ${places[0]}\`.`];
}

function whereIs(key: string, places: readonly string[], what: string): string[] {
  if (places.length === 0) return [`The answer does not contain ${what}: remove \`${key}\`.`];
  return [
    `${what[0]!.toUpperCase()}${what.slice(1)} is in ${places.slice(0, 3).join(' and in ')}: \`${key}: ${places[0]}\`.`,
  ];
}

/** Reports the values that the contract reads and a successful answer lacks. */
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
    // Some answers may lack the roster. If this answer has it elsewhere, the contract reads the wrong place.
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

/** Checks that a roster contains these users. */
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
        ? `the roster does not contain ${letter} ("${userId}")`
        : `the roster contains ${letter} ${rows} times`,
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

export interface ExpectedEvent {
  readonly definition: EventDefinition;
  /** Identifies the event: the id of the user, or a text of the call. */
  readonly key: string;
  readonly about: string;
  readonly meetingId: string;
}

/** Why an expected event was not recognised among the received messages. */
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
  found.wrong.push(`no message \`${definition.on}\` arrived in time`);
  const mentions = messages.filter(({ values }) =>
    values.some((value) => placesOf('payload', value, key).length > 0),
  );
  const others =
    mentions.length > 0
      ? mentions
      : messages.filter(({ values }) => values.some((value) => placesOf('payload', value, about).length > 0));
  for (const message of (others.length > 0 ? others : messages).slice(0, 3))
    found.hints.push(`Received instead: ${messageText(message)}`);
  if (messages.length === 0)
    found.hints.push('No message arrived. If the service sends no event, remove `causes`.');
  return found;
}

function why(definition: EventDefinition, values: Values, key: string, meetingId: string): string[] {
  const reasons: string[] = [];
  if (definition.when && definition.when(values) !== true) reasons.push('`when` is not true for it');
  const meeting = definition.meeting ? idOf(definition.meeting(values)) : meetingId;
  if (meeting !== meetingId) reasons.push(`\`meeting\` reads "${meeting ?? 'nothing'}", but "${meetingId}"`);
  const reading = definition.match ? 'match' : 'user';
  const read = idOf(definition[reading]?.(values));
  if (read !== key) reasons.push(`\`${reading}\` reads "${read ?? 'nothing'}", but "${key}"`);
  if (definition.hand && handIn(definition.hand(values)) === undefined && reasons.length === 0)
    reasons.push('`hand` reads neither true nor false');
  return reasons;
}
