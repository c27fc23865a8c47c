import { referenceContract } from '../meetings/contract/load.ts';
import { addTodo, type Draft, type DraftOperation } from './draft.ts';
import {
  best,
  type IsIt,
  isEnvelope,
  isHand,
  isIdLike,
  isRole,
  meetingRank,
  type Rank,
  ranked,
  stateRankIn,
  userRank,
} from './ranks.ts';
import { isValue, leavesOf, listsOf, readOf, type Shape } from './shape.ts';
import { isOnly, isPlainId, mentions, wordsOf } from './words.ts';

/** Recognises the recorded meeting and users. A schema has no such values: only its names are known. */
export interface Known {
  isMeeting: IsIt;
  /** Whether the value is always the id of the user who asked. */
  isUser: IsIt;
  /** Whether the value is the id of one of the users. */
  isOneOfUsers: IsIt;
}

type Reads = Pick<DraftOperation, 'ok' | 'meeting' | 'user' | 'state' | 'roster' | 'meetings' | 'advice'>;

/** Finds the places in the answer to an operation that the harness reads. */
export function readsOf(
  operation: string,
  answer: Shape | undefined,
  root: 'body' | 'payload',
  known?: Known,
): Reads {
  if (answer === undefined) return {};
  const found: Reads = { ok: okIn(answer, root) };
  // In a list of participants, only a recorded id shows which field is the meeting.
  if (operation === 'participants' && known) found.meeting = meetingKnownIn(answer, root, known);
  for (const wanted of wantedOf(operation))
    Object.assign(found, { [wanted]: find[wanted]?.(answer, root, known, operation) });
  return found;
}

/** The keys that the answer to an operation should have, as in the reference contract. */
export function wantedOf(operation: string): readonly string[] {
  if (operation === 'participants') return ['roster'];
  // A message that enters the room may be the join of a service without HTTP.
  const like = operation === 'room.enter' ? 'meeting.join' : operation;
  const reads = referenceContract().operations.get(like)?.reads ?? {};
  return Object.entries(reads).flatMap(([key, read]) => (read === undefined ? [] : key));
}

const find: Record<string, (answer: Shape, root: string, known?: Known, operation?: string) => unknown> = {
  meeting: (answer, root, known) =>
    (known && meetingKnownIn(answer, root, known)) ?? best(answer, root, meetingRank),
  user: (answer, root, known) => best(answer, root, userRank, known?.isUser),
  state: stateIn,
  roster: rosterIn,
  meetings: meetingsIn,
  advice: adviceIn,
};

function meetingKnownIn(answer: Shape, root: string, known: Known): string | undefined {
  return best(answer, root, meetingRank, known.isMeeting);
}

/** `success: true` in the envelope, as many services write it. */
function okIn(answer: Shape, root: 'body' | 'payload'): string | undefined {
  if (answer.kind !== 'object') return undefined;
  for (const name of ['success', 'ok']) {
    const field = answer.fields.get(name)?.shape;
    if (field?.kind !== 'leaf' || field.type !== 'boolean' || field.values.includes(false)) continue;
    const read = `${readOf(root, [name])} == true`;
    return root === 'body' ? `status < 300 && ${read}` : read;
  }
  return undefined;
}

/** The condition for a good health check; undefined if the status is enough. */
function healthyIn(answer: Shape | undefined): string | undefined {
  for (const { path, shape } of leavesOf(answer)) {
    const name = String(path.at(-1));
    if (path.length !== 1) continue;
    const isFlag = shape.type === 'boolean' && !shape.values.includes(false);
    if (isFlag && /^(ok|success|alive|up|healthy|ready)$/i.test(name))
      return isValue(readOf('body', path), true);
    const good = shape.values.find((value) => /^(ok|up|healthy|pass|alive|ready)$/i.test(String(value)));
    if (isOnly(name, 'state') && good !== undefined) return isValue(readOf('body', path), good);
  }
  return undefined;
}

/** Adds the health check of the service. `source` begins the TODO, such as "the document has". */
export function addHealth(
  draft: Draft,
  source: string,
  found: { readonly path: string; readonly answer: Shape | undefined } | undefined,
): void {
  if (found) draft.service.health = { get: found.path, ok: healthyIn(found.answer) };
  else
    addTodo(
      draft,
      ['service'],
      'health',
      `${source} no health check. GET /health is used until you write another one: \`health: { get: /ready }\`.`,
    );
}

/** Words for a meeting that has ended. The harness knows `ended` and reads every other word as a meeting that continues. */
const ENDED = /^(closed|over|finished|done|inactive|terminated|archived|completed|expired)$/i;

function stateIn(answer: Shape, root: string): string | undefined {
  const [found] = ranked(leavesOf(answer), stateRankIn(answer));
  if (!found) return undefined;
  const read = readOf(root, found.path);
  const ended = found.shape.values.find((value) => ENDED.test(String(value)));
  return ended === undefined ? read : `${isValue(read, ended)} ? "ended" : "active"`;
}

function rosterIn(answer: Shape, root: string, known?: Known, operation?: string): Reads['roster'] {
  for (const { path, item } of listsOf(answer)) {
    const name = String(path.at(-1) ?? '');
    const isRoster =
      operation === 'participants' || mentions(name, 'person') || /roster|attendance/i.test(name);
    if (item === undefined || (!isRoster && !known)) continue;
    const user = rosterUser(item, known);
    if (user === undefined) continue;
    const leaves = leavesOf(item);
    const role = leaves.find(({ path: at, shape }) => isRole(at, shape));
    const hand = leaves.find(({ path: at, shape }) => isHand(at, shape));
    return {
      list: readOf(root, path),
      user,
      role: role && readOf('item', role.path),
      hand: hand && readOf('item', hand.path),
    };
  }
  return undefined;
}

function rosterUser(item: Shape, known?: Known): string | undefined {
  if (item.kind === 'leaf')
    return (known && !known.isOneOfUsers(item, 'user')) || item.type === 'boolean' ? undefined : 'item';
  const rank: Rank = (path) =>
    userRank(path) ?? (path.length === 1 && isPlainId(String(path[0])) ? 4 : undefined);
  return best(item, 'item', rank, known?.isOneOfUsers);
}

function meetingsIn(answer: Shape, root: string): Reads['meetings'] {
  for (const { path, item } of listsOf(answer)) {
    const name = String(path.at(-1) ?? '');
    const isList =
      name === '' || isEnvelope(name) || mentions(name, 'meeting') || /^(items|records|list)$/.test(name);
    if (!isList || item?.kind !== 'object') continue;
    const leaves = leavesOf(item);
    const id = leaves.find(({ path: at }) => at.length === 1 && isIdLike(String(at[0])));
    if (!id) continue;
    const title = leaves.find(({ path: at }) => at.length === 1 && isOnly(String(at[0]), 'title'));
    return {
      list: readOf(root, path),
      id: readOf('item', id.path),
      title: title && readOf('item', title.path),
    };
  }
  return undefined;
}

function adviceIn(answer: Shape, root: string): Reads['advice'] {
  const places = [...leavesOf(answer), ...listsOf(answer)].map(({ path }) => path);
  const same = (name: string, other: string) => wordsOf(name).join('') === wordsOf(other).join('');
  const wanted = Object.keys(referenceContract().operations.get('network.report')?.reads.advice ?? {});
  const found = wanted.flatMap((name): [string, string][] => {
    const path = places.find((one) => same(String(one.at(-1) ?? ''), name));
    return path ? [[name, readOf(root, path)]] : [];
  });
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}
