import leven from 'leven';
import type { Place, Values, WrittenExpression } from '../expressions.ts';
import type { Mistakes, Path } from './mistakes.ts';
import type { Allowance, AnyOperation, Reads, Reply, SocketOperation } from './operation.ts';
import { type ReadOperation, VERBS } from './schema.ts';

/** Keys only for HTTP calls, keys only for messages, and keys that read an answer. */
const CALL_KEYS = ['base', 'query', 'header'] as const;
const MESSAGE_KEYS = ['args', 'reply', 'refusal'] as const;
const ANSWER_KEYS = ['ok', 'meeting', 'user', 'state', 'roster', 'meetings', 'advice'] as const;

const KINDS = [...VERBS, 'emit', 'disconnect'] as const;
type Kind = (typeof KINDS)[number];

interface OperationContext {
  readonly name: string;
  readonly path: Path;
  /** The base of the service, written before the path of the call. */
  readonly base: string;
  readonly allowance: Allowance | undefined;
  readonly mistakes: Mistakes;
}

export function compileOperation(written: ReadOperation, context: OperationContext): AnyOperation {
  const { name, path, allowance, mistakes } = context;
  const kinds = KINDS.filter((kind) => kind in written);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    const message =
      kind === undefined ? `"${name}" has no verb` : `"${name}" has several verbs: ${kinds.join(', ')}`;
    mistakes.add(path, message, `use one of: ${KINDS.join(', ')}`);
    return { name, over: 'http', method: '', path: '', address: () => '', isUnique: false, reads: {} };
  }
  refuseUnused(written, kind, context);
  const place = kind === 'emit' ? 'event' : 'answer';
  const common = {
    name,
    allowance,
    isUnique: usesUnique(written),
    causes: written.causes,
    only: written.only,
    ok: mistakes.expression<boolean>(written.ok, place, [...path, 'ok']),
    reads: readsOf(written, place, context),
  };
  if (kind === 'disconnect') return { ...common, over: 'disconnect' };
  if (kind === 'emit') return { ...common, ...messageOf(written, context) };
  return { ...common, ...callOf(written, kind, context) };
}

function callOf(written: ReadOperation, verb: (typeof VERBS)[number], context: OperationContext) {
  const { path, mistakes } = context;
  const target = written[verb]!;
  const base = written.base ?? context.base;
  const pathOf = mistakes.text(target, 'sent', [...path, verb], encodeURIComponent);
  const query = written.query && queryOf(written.query, [...path, 'query'], mistakes);
  return {
    over: 'http' as const,
    method: verb.toUpperCase(),
    path: base + (typeof target === 'string' ? target : '…'),
    address: query
      ? (values: Values) => base + pathOf(values) + query(values)
      : (values: Values) => base + pathOf(values),
    headers: written.header && headersOf(written.header, [...path, 'header'], mistakes),
    body: written.json === undefined ? undefined : mistakes.template(written.json, [...path, 'json']),
  };
}

function messageOf({ emit = '', json, args, reply, refusal }: ReadOperation, context: OperationContext) {
  const { path, mistakes } = context;
  if (json !== undefined && args !== undefined)
    mistakes.add([...path, 'args'], '`json` and `args` are both given', 'use one of them');
  const payload = json === undefined ? [] : [mistakes.template(json, [...path, 'json'])];
  const values = args?.map((one, index) => mistakes.template(one, [...path, 'args', index])) ?? payload;
  return {
    over: 'socket' as const,
    emit,
    args: (known: Values) => values.map((value) => value(known)),
    reply: replyOf(reply, [...path, 'reply'], mistakes),
    refusal: refusal === undefined ? undefined : awaitedOf(refusal, [...path, 'refusal'], mistakes),
  };
}

function replyOf(written: ReadOperation['reply'], path: Path, mistakes: Mistakes): Reply {
  if (written === undefined || written === 'ack') return { kind: 'ack' };
  if (written === 'none') return { kind: 'none' };
  const meant = typeof written === 'string' && ['ack', 'none'].find((word) => isSlipOf(word, written));
  if (meant)
    mistakes.add(
      path,
      `"${written}" looks like a misspelt "${meant}"`,
      `write ${meant}, or { on: ${written} } for an event of this name`,
    );
  return { kind: 'event', ...awaitedOf(written, path, mistakes) };
}

/** Whether two words differ by one letter or by the order of their letters. */
function isSlipOf(word: string, written: string): boolean {
  const letters = (text: string) => [...text].sort().join('');
  return leven(word, written) === 1 || letters(word) === letters(written);
}

function awaitedOf(
  written: NonNullable<ReadOperation['refusal']>,
  path: Path,
  mistakes: Mistakes,
): NonNullable<SocketOperation['refusal']> {
  if (typeof written === 'string') return { on: written };
  return { on: written.on, when: mistakes.expression<boolean>(written.when, 'event', [...path, 'when']) };
}

function readsOf(written: ReadOperation, place: Place, { path, mistakes }: OperationContext): Reads {
  const read = (key: 'meeting' | 'user' | 'state') =>
    mistakes.expression(written[key], place, [...path, key]);
  /** The values that a section reads: a list in the answer, and values in each of its entries. */
  const section = (key: 'roster' | 'meetings' | 'advice') => {
    const entries = Object.entries(written[key] ?? {}).map(([name, one]) => {
      const within = key === 'advice' || name === 'list' ? place : 'item';
      return [name, mistakes.expression(one, within, [...path, key, name])];
    });
    return written[key] && Object.fromEntries(entries);
  };
  return {
    meeting: read('meeting'),
    user: read('user'),
    state: read('state'),
    roster: section('roster'),
    meetings: section('meetings'),
    advice: section('advice'),
  };
}

function queryOf(written: Readonly<Record<string, WrittenExpression>>, path: Path, mistakes: Mistakes) {
  const entries = Object.entries(written).map(
    ([key, value]) => [encodeURIComponent(key), mistakes.template(value, [...path, key])] as const,
  );
  return (values: Values) => {
    let query = '';
    for (const [key, template] of entries) {
      const value = template(values);
      if (value !== undefined)
        query += `${query === '' ? '?' : '&'}${key}=${encodeURIComponent(String(value))}`;
    }
    return query;
  };
}

function headersOf(written: Readonly<Record<string, WrittenExpression>>, path: Path, mistakes: Mistakes) {
  const entries = Object.entries(written).map(
    ([key, value]) => [key.toLowerCase(), mistakes.text(value, 'sent', [...path, key])] as const,
  );
  return (values: Values) => Object.fromEntries(entries.map(([key, text]) => [key, text(values)]));
}

/** Reports keys that belong to another kind of operation and would do nothing. */
function refuseUnused(written: ReadOperation, kind: Kind, { path, mistakes }: OperationContext): void {
  const [what, unused] = unusedKeys(kind, written.reply === 'none');
  for (const key of unused)
    if (written[key] !== undefined)
      mistakes.add([...path, key], `\`${key}\` does not apply to ${what}`, 'remove it from this operation');
}

function unusedKeys(kind: Kind, isSilent: boolean): [string, readonly (keyof ReadOperation)[]] {
  if (kind === 'disconnect')
    return ['the end of a connection', ['json', ...MESSAGE_KEYS, ...CALL_KEYS, ...ANSWER_KEYS]];
  if (kind !== 'emit') return ['a call', MESSAGE_KEYS];
  if (isSilent) return ['a message without a reply', [...CALL_KEYS, ...ANSWER_KEYS]];
  return ['a message', CALL_KEYS];
}

/** Whether the sent message or its event contains a text that is unique to this call. A function may use any value. */
function usesUnique(written: unknown): boolean {
  if (typeof written === 'function') return true;
  if (typeof written === 'string') return /\bunique\b/.test(written);
  return typeof written === 'object' && written !== null && Object.values(written).some(usesUnique);
}
