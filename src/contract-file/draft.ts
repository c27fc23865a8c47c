import { standardOperations } from '../timings/catalogue.ts';

/** A contract that is being written, as plain values, in the words of `src/meetings/contract/schema.ts`. */
export interface Draft {
  name?: string;
  service: {
    url?: string;
    base?: string;
    health?: { get: string; ok?: string };
    socket?: { url?: string; path?: string; namespace?: string; transports?: string[] };
  };
  identity?: Readonly<Record<string, unknown>>;
  send?: Readonly<Record<string, unknown>>;
  operations: Record<string, DraftOperation>;
  events?: Record<string, DraftEvent>;
  journey?: { mix: Record<string, number> };
  meetings?: { fixed: string[] };
  todos: Todo[];
}

export interface DraftOperation {
  get?: string;
  post?: string;
  put?: string;
  patch?: string;
  delete?: string;
  emit?: string;
  disconnect?: true;
  base?: string;
  query?: Readonly<Record<string, string>>;
  json?: unknown;
  args?: readonly unknown[];
  reply?: string;
  refusal?: string;
  ok?: string;
  meeting?: string;
  user?: string;
  state?: string;
  roster?: { list: string; user: string; role?: string; hand?: string };
  meetings?: { list: string; id: string; title?: string };
  advice?: Record<string, string>;
  causes?: string;
}

export interface DraftEvent {
  on: string;
  when?: string;
  meeting?: string;
  user?: string;
  match?: string;
  time?: string;
  role?: string;
  hand?: string;
}

/**
 * What a person has to write. It stands above the entry at `path`. A key that is the last step of the path means that
 * the value there is a guess; any other key is missing in the entry.
 */
export interface Todo {
  readonly path: readonly string[];
  readonly key: string;
  readonly text: string;
}

/** Actions that the harness knows are in its usual journey; others are done only where the contract says how often. */
export function addJourney(draft: Draft): void {
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
