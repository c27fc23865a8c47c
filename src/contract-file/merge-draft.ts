import { type Document, isMap, isNode, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { VERBS } from '../meetings/contract/schema.ts';
import type { Draft, Todo } from './draft.ts';
import { isObject } from './shape.ts';
import { noteTodos, pairAt, takeTodos } from './todos.ts';
import { placeOfSection, textOf } from './write-draft.ts';

interface Merged {
  readonly text: string;
  /** The entries that stay, although the draft has another call for them. */
  readonly kept: readonly string[];
  /** One sentence for each replaced call. */
  readonly notes: readonly string[];
}

/** Completes a contract: its entries stay, and the draft adds what is missing or marked with a TODO. */
export function mergeDraft(existing: string, draft: Draft): Merged {
  const { text, todos } = takeTodos(existing);
  const document = parseDocument(text);
  if (!isMap(document.contents)) document.contents = document.createNode({}) as never;
  const merge = new Merge(document, todos);
  const { todos: own, ...sections } = draft;
  const values: Record<string, unknown> = { ...sections };
  const hasCreate = merge.has(['operations', 'meeting.create']) || 'meeting.create' in draft.operations;
  if (hasCreate) {
    delete values.meetings;
    merge.removeGuess('meetings');
  }
  merge.fill(document.contents as unknown as YAMLMap, values, []);
  const open = [...merge.todos, ...own.filter((todo) => merge.isOpen(todo))];
  const left = noteTodos(
    document,
    open.filter((todo) => !merge.isAnswered(todo)),
  );
  return { text: textOf(document, left), kept: merge.kept, notes: merge.notes };
}

const DEEPEST = 3;

class Merge {
  todos: Todo[];
  readonly kept: string[] = [];
  readonly notes: string[] = [];
  readonly #document: Document;
  readonly #written = new Set<string>();

  constructor(document: Document, todos: readonly Todo[]) {
    this.#document = document;
    this.todos = [...todos];
  }

  has(path: readonly string[]): boolean {
    return this.#document.getIn(path) !== undefined;
  }

  fill(map: YAMLMap, values: Readonly<Record<string, unknown>>, path: readonly string[]): void {
    if (this.#isOtherCall(map, values)) {
      this.kept.push(path.at(-1)!);
      return;
    }
    for (const [key, value] of Object.entries(values)) {
      if (value === undefined) continue;
      const at = [...path, key];
      const pair = pairAt(map, key);
      if (!pair) this.#add(map, key, value, at);
      else if (this.#isGuess(at)) this.#replace(pair, value, at);
      else if (this.#isBetterCall(pair.value, value, at)) this.#replaceCall(pair, value, at);
      else if (isMap(pair.value) && isObject(value) && at.length <= DEEPEST) this.fill(pair.value, value, at);
    }
  }

  #add(map: YAMLMap, key: string, value: unknown, at: readonly string[]): void {
    const pair = this.#document.createPair(key, value) as Pair<Node, Node>;
    const items = map.items as Pair<Node, Node>[];
    const place =
      at.length === 1
        ? placeOfSection(
            key,
            items.map((one) => String(one.key)),
          )
        : items.length;
    items.splice(place, 0, pair);
    this.#written.add(at.join('\0'));
    this.#done(at);
  }

  #replace(pair: Pair<Node, Node | null>, value: unknown, at: readonly string[]): void {
    pair.value = this.#document.createNode(value) as Node;
    this.#written.add(at.join('\0'));
    this.#done(at);
  }

  /** Replaces a call by one whose answer gives more, and closes the TODOs of the old call. */
  #replaceCall(pair: Pair<Node, Node | null>, value: unknown, at: readonly string[]): void {
    const before = callOf(jsonOf(pair.value), this.#base)!;
    const now = callOf(value, this.#base)!;
    const more = readMoreIn(jsonOf(pair.value), value).map((key) => `\`${key}\``);
    this.notes.push(`${at.at(-1)} is now ${now}, and was ${before}: its answer gives ${more.join(', ')}.`);
    this.todos = this.todos.filter(({ path }) => !at.every((step, index) => path[index] === step));
    this.#replace(pair, value, at);
  }

  /** Whether the draft has another call for the operation that gives everything the present call gives, and more. */
  #isBetterCall(present: unknown, value: unknown, at: readonly string[]): boolean {
    if (at[0] !== 'operations' || at.length !== 2 || !isMap(present) || !isObject(value)) return false;
    if (!this.#isOtherCall(present, value)) return false;
    const written = jsonOf(present);
    return readMoreIn(written, value).length > 0 && moreIn(value, written).length === 0;
  }

  /** Whether two entries are different calls: then nothing of one fits the other. */
  #isOtherCall(map: YAMLMap, values: Readonly<Record<string, unknown>>): boolean {
    const call = callOf(values, this.#base);
    const present = callOf(jsonOf(map), this.#base);
    return call !== undefined && present !== undefined && call !== present;
  }

  get #base(): string {
    const base = this.#document.getIn(['service', 'base']);
    return typeof base === 'string' ? base : '';
  }

  /** Removes a section that the contract itself marks as a guess. */
  removeGuess(section: string): void {
    if (!this.#isGuess([section])) return;
    this.#document.delete(section);
    this.#done([section]);
  }

  #isGuess(at: readonly string[]): boolean {
    const places = [at, at.slice(0, -1)];
    return this.todos.some(
      ({ path, key }) => key === at.at(-1) && places.some((place) => samePath(path, place)),
    );
  }

  /** Removes the TODOs about an entry that exists now. */
  #done(at: readonly string[]): void {
    const parent = at.slice(0, -1);
    this.todos = this.todos.filter(
      ({ path, key }) =>
        !(
          key === at.at(-1) &&
          (samePath(path, at) || samePath(path, parent) || (path.length === 1 && at.length === 1))
        ),
    );
  }

  /** Users take part by `meeting.join`, by `room.enter`, or by both: either answers the TODO about the other. */
  isAnswered({ path, key }: Todo): boolean {
    const isIn = key === 'meeting.join' && path.at(-1) === 'operations';
    return isIn && (this.has(['operations', 'meeting.join']) || this.has(['operations', 'room.enter']));
  }

  /** Whether a TODO of the draft is about an entry that the contract lacks, or that came from the draft. */
  isOpen({ path, key }: Todo): boolean {
    if (this.todos.some((todo) => samePath(todo.path, path) && todo.key === key)) return false;
    const steps = [...path, key];
    const isFromDraft = steps.some((_, length) => this.#written.has(steps.slice(0, length + 1).join('\0')));
    return isFromDraft || (path.at(-1) !== key && !this.has([...path, key]));
  }
}

function samePath(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((step, index) => step === other[index]);
}

const KINDS = [...VERBS, 'emit', 'disconnect'];
/** The keys that describe a call and its success, but not the content of its answer. */
const OF_THE_CALL = new Set([...KINDS, 'base', 'query', 'header', 'json', 'args', 'reply', 'refusal', 'ok']);

/** The call that an entry makes, such as `GET /api/rooms/${meeting}`; undefined if it makes none. */
function callOf(entry: unknown, serviceBase: string): string | undefined {
  if (!isObject(entry)) return undefined;
  const kind = KINDS.find((one) => one in entry);
  if (kind === undefined || kind === 'disconnect') return kind;
  const target = String(entry[kind]);
  if (kind === 'emit') return `the message ${target}`;
  const base = typeof entry.base === 'string' ? entry.base : serviceBase;
  return `${kind.toUpperCase()} ${`${base}${target}`.replace(/(?<=.)\/+$/, '')}`;
}

/** The keys that `other` reads or causes, and `present` does not. */
function moreIn(present: unknown, other: unknown): string[] {
  const written = isObject(present) ? present : {};
  const keys = isObject(other) ? Object.keys(other).filter((key) => other[key] !== undefined) : [];
  return keys.filter((key) => !OF_THE_CALL.has(key) && written[key] === undefined);
}

/** The keys that only the answer to `other` gives. `causes` does not count: no answer gives an event. */
function readMoreIn(present: unknown, other: unknown): string[] {
  return moreIn(present, other).filter((key) => key !== 'causes');
}

function jsonOf(node: unknown): unknown {
  return isNode(node) ? node.toJSON() : undefined;
}
