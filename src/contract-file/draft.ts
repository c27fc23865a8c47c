import { closestMatch } from 'leven';
import { JOURNEY_WORDS, standardEvents } from '../meetings/contract/contract.ts';
import type { WrittenContract } from '../meetings/contract/schema.ts';
import { standardOperations } from '../timings/catalogue.ts';
import { wordsOf } from './words.ts';

/** A part of a contract file without functions: what stands in YAML. */
type InYaml<Part> = Part extends (...values: never[]) => unknown
  ? never
  : Part extends object
    ? { [Key in keyof Part]: InYaml<Part[Key]> }
    : Part;

type Sections = InYaml<Pick<WrittenContract, 'name' | 'service' | 'operations' | 'events' | 'journey'>>;

/** A contract that is being written, as plain values. */
export interface Draft extends Sections {
  identity?: Readonly<Record<string, unknown>>;
  send?: Readonly<Record<string, unknown>>;
  meetings?: { fixed: string[] };
  todos: Todo[];
}

export type DraftOperation = Draft['operations'][string];
export type DraftEvent = NonNullable<Draft['events']>[string];

/**
 * What a person has to write. It stands above the entry at `path`. A key that is the last step of the path means that
 * the value there is a guess; any other key is missing in the entry.
 */
export interface Todo {
  readonly path: readonly string[];
  readonly key: string;
  readonly text: string;
}

/** Adds a mix of actions where there are operations that the default journey does not know. */
export function addJourney(draft: Draft): void {
  const { 'meeting.leave': leave, ...rest } = draft.operations;
  // Leaving is the last that a user does.
  draft.operations = leave ? { ...rest, 'meeting.leave': leave } : rest;
  const { operations } = draft;
  const others = Object.keys(operations).filter((name) => !standardOperations.has(name));
  if (others.length === 0) return;
  const known = { 'meeting.get': 30, 'hand.raise': 20, 'network.report': 10 };
  const mix = Object.entries(known).flatMap(([name, weight]) =>
    operations[name] ? [[name === 'hand.raise' ? 'hand' : name, weight] as const] : [],
  );
  draft.journey = {
    mix: Object.fromEntries([...mix, ...others.map((name) => [name, 20] as const), ['listen', 30]]),
  };
}

export function emptyDraft(): Draft {
  return { service: {}, operations: {}, todos: [] };
}

export const WHICH_USERS =
  'say which numbers exist as accounts (`number` is the number of a user), and fit what is sent to them.';

/** Notes above the entry at `path` what a person has to write: that the entry lacks `key`, or that it is a guess. */
export function addTodo(draft: Draft, path: readonly string[], key: string, text: string): void {
  draft.todos.push({ path, key, text });
}

/** A name for an operation that fullhouse does not know. A name close to a standard one would be reported as a mistake. */
export function operationName(words: readonly string[]): string {
  return freeName(words, 'message', [...standardOperations, ...JOURNEY_WORDS]);
}

/** The same for an event. */
export function eventName(wire: string): string {
  return freeName(wordsOf(wire), 'event', [...standardEvents]);
}

function freeName(words: readonly string[], kind: string, standard: readonly string[]): string {
  const name = words.join('-');
  const isFree = /^[a-z]/.test(name) && closestMatch(name, standard, { maxDistance: 2 }) === undefined;
  return isFree ? name : [kind, ...words].join('-');
}
