import { Document, isMap, isScalar, type Node, type Pair, type YAMLMap } from 'yaml';
import { contractSchema } from '../meetings/contract/schema.ts';
import type { Draft } from './draft.ts';
import { noteTodos } from './todos.ts';

/** The order of the sections in a contract is that of its schema. */
const ORDER = Object.keys(contractSchema.shape);

/** The longest entry on one line. */
const LONGEST = 100;

/** A draft as the text of a contract file. */
export function writeDraft({ todos, ...sections }: Draft, head: string): string {
  const document = new Document(inOrder({ contract: 'fullhouse/1', ...sections }));
  document.commentBefore = ` ${head}`;
  const left = noteTodos(document, todos);
  return textOf(document, left);
}

/** The text of a document, in the style of contract files. `comments` stand at its end. */
export function textOf(document: Document, comments: readonly string[] = []): string {
  if (isMap(document.contents)) {
    for (const [index, pair] of pairsOf(document.contents).entries())
      if (index > 0)
        Object.assign(pair.key, {
          spaceBefore: isMap(pair.value) || (pair.key as Node).commentBefore != null,
        });
    style(document.contents, 0);
  }
  if (comments.length > 0)
    document.comment = [document.comment, ...comments].filter((one) => one != null).join('\n');
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** Writes short entries on one line. */
function style(node: unknown, indent: number): void {
  if (!isMap(node)) return;
  const map = node as YAMLMap;
  for (const { key, value } of pairsOf(map)) {
    if (!isMap(value)) {
      if (value !== null && typeof value === 'object' && 'items' in value)
        Object.assign(value, { flow: true });
      continue;
    }
    const isSection =
      indent === 0 && isScalar(key) && ['service', 'operations', 'events'].includes(String(key.value));
    const isShort = !isSection && !hasComments(value) && lineOf(key, value).length + indent <= LONGEST;
    value.flow = isShort;
    if (!isShort) style(value, indent + 2);
  }
}

function lineOf(key: unknown, value: YAMLMap): string {
  const clone = value.clone() as YAMLMap;
  clone.flow = true;
  const line = new Document({});
  line.set(isScalar(key) ? key.value : '', clone);
  return line.toString({ lineWidth: 0 }).trimEnd();
}

function hasComments(map: YAMLMap): boolean {
  return pairsOf(map).some(
    ({ key, value }) =>
      (key as Node).commentBefore != null ||
      (value as Node | null)?.comment != null ||
      (isMap(value) && hasComments(value)),
  );
}

function pairsOf(map: YAMLMap): Pair<Node, Node | null>[] {
  return map.items as Pair<Node, Node | null>[];
}

/** The sections in the order of the schema. */
function inOrder(sections: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    ORDER.flatMap((name) => (sections[name] === undefined ? [] : [[name, sections[name]] as const])),
  );
}

/** The index of a new section among the present ones. */
export function placeOfSection(name: string, present: readonly string[]): number {
  const after = ORDER.slice(ORDER.indexOf(name) + 1);
  const at = present.findIndex((one) => after.includes(one));
  return at < 0 ? present.length : at;
}
