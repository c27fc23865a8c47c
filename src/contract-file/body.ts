// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts stand in a contract file
import { isHand } from './ranks.ts';
import type { LeafShape, Shape } from './shape.ts';
import { isIdOf, isOnly, means, mentions, wordsOf } from './words.ts';

/** The body of a request, with the fields that a person must check. */
export interface Body {
  readonly json: unknown;
  /** Required fields whose value is only a guess. */
  readonly guesses: readonly string[];
}

/** Builds the body of an operation from the shape of the request. Undefined without a body. */
export function bodyOf(operation: string, request: Shape | undefined): Body | undefined {
  if (request === undefined) return undefined;
  if (request.kind !== 'object') return { json: {}, guesses: ['the body'] };
  const guesses: string[] = [];
  return { json: objectOf(operation, request, guesses, ''), guesses };
}

function objectOf(
  operation: string,
  shape: Shape & { kind: 'object' },
  guesses: string[],
  within: string,
): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  let hasTitle = false;
  for (const [name, { shape: field, isRequired }] of shape.fields) {
    const known = field.kind === 'leaf' ? knownField(operation, name, field) : undefined;
    const isTitle = known === TITLE;
    if (known !== undefined && !(isTitle && hasTitle) && (isRequired || ALWAYS.has(known))) {
      made[name] = known;
      hasTitle ||= isTitle;
    } else if (isRequired) made[name] = required(operation, name, field, guesses, within);
  }
  return made;
}

const TITLE = '${input.title}';
const CAPACITY = '${input.capacity}';
/** Values that are sent even if the field is optional. */
const ALWAYS: ReadonlySet<unknown> = new Set([
  TITLE,
  CAPACITY,
  true,
  false,
  '${input.quality}',
  '${input.rtt}',
  '${input.packetLoss}',
  '${input.bandwidth}',
]);

/** The value that the harness has for a field of this name, if any. */
export function knownField(operation: string, name: string, leaf: LeafShape): unknown {
  const { type } = leaf;
  if (
    operation === 'meeting.create' &&
    type !== 'number' &&
    isOnly(name, 'title', 'meeting') &&
    mentions(name, 'title')
  )
    return TITLE;
  if (operation === 'meeting.create' && type !== 'text' && type !== 'boolean' && mentions(name, 'capacity'))
    return CAPACITY;
  if (operation === 'network.report') return reportField(name);
  if (operation === 'hand.raise' || operation === 'hand.lower') {
    if (isHand([name], leaf) || type === 'boolean') return operation === 'hand.raise';
  }
  if (type === 'boolean' || type === 'number') return undefined;
  if (operation === 'chat.send' && mentions(name, 'text')) return '${unique}';
  if (isIdOf(name, 'meeting') || isOnly(name, 'meeting')) return '${meeting}';
  if (isIdOf(name, 'user') || isIdOf(name, 'person')) return '${user}';
  return operation !== 'meeting.create' && isOnly(name, 'display', 'person') && mentions(name, 'display')
    ? '${user}'
    : undefined;
}

function reportField(name: string): string | undefined {
  const words = wordsOf(name);
  const has = (...any: string[]) => words.some((word) => any.includes(word));
  if (has('quality', 'level') && !has('score')) return '${input.quality}';
  if (has('rtt', 'latency', 'ping')) return '${input.rtt}';
  if (has('loss')) return '${input.packetLoss}';
  return has('bandwidth', 'bitrate', 'throughput') ? '${input.bandwidth}' : undefined;
}

function required(operation: string, name: string, shape: Shape, guesses: string[], within: string): unknown {
  const called = within + name;
  if (shape.kind === 'object') return objectOf(operation, shape, guesses, `${called}.`);
  if (shape.kind === 'list') return [];
  const [value] = shape.values;
  if (value !== undefined && !wordsOf(name).some((word) => means(word, 'secret'))) return value;
  const formatted = FORMATS[shape.format ?? ''];
  if (formatted !== undefined) return formatted;
  guesses.push(called);
  return { text: '${unique}', number: 1, boolean: false, unknown: '${unique}' }[shape.type];
}

const FORMATS: Readonly<Record<string, string>> = {
  email: '${user}@load.test',
  'date-time': '2030-01-01T12:00:00Z',
  date: '2030-01-01',
};
