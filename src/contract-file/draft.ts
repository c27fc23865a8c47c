import { closestMatch } from 'leven';
import { JOURNEY_WORDS, standardEvents } from '../meetings/contract/contract.ts';
import type { WrittenContract } from '../meetings/contract/schema.ts';
import { standardOperations } from '../timings/catalogue.ts';
import { wordsOf } from './words.ts';

/** A part of a contract file without functions, as in YAML. */
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
 * A task for a person, written above the entry at `path`. If `key` is the last step of the path, the value there is a
 * guess. Otherwise, the entry at `path` does not have the key yet.
 */
export interface Todo {
  readonly path: readonly string[];
  readonly key: string;
  readonly text: string;
}

/** Adds a mix of actions if the contract has operations that the default journey does not know. */
export function addJourney(draft: Draft): void {
  const { 'meeting.leave': leave, ...rest } = draft.operations;
  // A user leaves at the end.
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

export const FORM_BODY =
  'the body is a form, but the harness sends JSON. Check that the service accepts JSON.';

export const WHICH_USERS =
  'write the numbers of the existing accounts (`number` is the number of a user), and adapt the sent values to them.';

/** Adds a TODO about the entry at `path`: it lacks `key`, or its value is a guess. */
export function addTodo(draft: Draft, path: readonly string[], key: string, text: string): void {
  draft.todos.push({ path, key, text });
}

/** A name for an operation that fullhouse does not know. A name close to a standard one would be reported as a mistake. */
export function operationName(words: readonly string[]): string {
  return freeName(words, 'message', [...standardOperations, ...JOURNEY_WORDS]);
}

/** A name for an event that fullhouse does not know. */
export function eventName(wire: string): string {
  return freeName(wordsOf(wire), 'event', [...standardEvents]);
}

function freeName(words: readonly string[], kind: string, standard: readonly string[]): string {
  const name = words.join('-');
  const isFree = /^[a-z]/.test(name) && closestMatch(name, standard, { maxDistance: 2 }) === undefined;
  return isFree ? name : [kind, ...words].join('-');
}
