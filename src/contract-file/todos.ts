import {
  type Document,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { wrapped } from '../kernel/wrapped.ts';
import type { Todo } from './draft.ts';

const FIRST = /^\s*# TODO ([^\s:]+): (.*)$/;
const NEXT = /^\s*# {3}(\S.*)$/;

/** Writes each TODO above its entry. Returns the comments whose entry does not exist. */
export function noteTodos(document: Document, todos: readonly Todo[]): string[] {
  const left: string[] = [];
  for (const todo of todos) {
    const comment = commentOf(todo);
    const key = keyAt(document, todo.path);
    if (key) key.commentBefore = key.commentBefore ? `${key.commentBefore}\n${comment}` : comment;
    else left.push(comment);
  }
  return left;
}

/** Each line of a comment without its `#`, which the writer adds. */
function commentOf({ key, text, path }: Todo): string {
  const indent = '  '.repeat(Math.max(0, path.length - 1));
  return wrapped(`TODO ${key}: ${text}`, `${indent}# `, `${indent}#   `)
    .split('\n')
    .map((line) => line.slice(indent.length + 1))
    .join('\n');
}

function keyAt(document: Document, path: readonly string[]): Node | undefined {
  let node: unknown = document.contents;
  let key: Node | undefined;
  for (const step of path) {
    if (!isMap(node)) return undefined;
    const pair = pairAt(node, step);
    if (!pair) return undefined;
    key = pair.key;
    node = pair.value;
  }
  return key;
}

export function pairAt(map: YAMLMap, key: string): Pair<Node, Node | null> | undefined {
  return (map.items as Pair<Node, Node | null>[]).find(
    (one) => isScalar(one.key) && String(one.key.value) === key,
  );
}

/** Splits a contract file into the TODOs that this module wrote, and the rest of its text with all other comments. */
export function takeTodos(text: string): { text: string; todos: Todo[] } {
  const kept: string[] = [];
  const found: { key: string; text: string; line: number }[] = [];
  let open: (typeof found)[number] | undefined;
  for (const line of text.split('\n')) {
    const first = FIRST.exec(line);
    const next = open && NEXT.exec(line);
    if (first) {
      open = { key: first[1]!, text: first[2]!, line: kept.length + 1 };
      found.push(open);
    } else if (open && next) open.text += ` ${next[1]}`;
    else {
      open = undefined;
      kept.push(line);
    }
  }
  const rest = kept.join('\n');
  const paths = pathsByLine(rest);
  const todos = found.map(({ key, text: said, line }) => ({ path: paths(line) ?? [key], key, text: said }));
  return { text: rest, todos };
}

/** Returns a lookup for the path of the first entry that begins in or after a line. */
function pathsByLine(text: string): (line: number) => string[] | undefined {
  const lines = new LineCounter();
  const { contents } = parseDocument(text, { lineCounter: lines });
  const places: { line: number; path: string[] }[] = [];
  const walk = (node: unknown, path: readonly string[]) => {
    if (!isMap(node)) return;
    for (const { key, value } of node.items as Pair<Node, Node | null>[]) {
      if (!isScalar(key) || !key.range) continue;
      const at = [...path, String(key.value)];
      places.push({ line: lines.linePos(key.range[0]).line, path: at });
      walk(value, at);
    }
  };
  walk(contents, []);
  return (line) => places.find((place) => place.line >= line)?.path;
}
