import type { Path } from '../../meetings/contract/mistakes.ts';
import { readOf } from '../shape.ts';

/** The most values that are searched, because an answer may be long. */
const MOST = 5000;

/** The expressions that read this id in an answer, the shortest first. Numbers count as texts. */
export function placesOf(root: string, value: unknown, id: string): string[] {
  return readsWhere(root, value, ({ one }) => typeof one !== 'object' && String(one) === id);
}

/** The lists of an answer with an entry for this id: the expressions for the list, and for the id in its entry. */
export function listsWith(root: string, value: unknown, id: string): { list: string; user: string }[] {
  return walk(value).flatMap(({ path, one }) => {
    if (!Array.isArray(one)) return [];
    const [user] = one.flatMap((entry: unknown) => placesOf('item', entry, id));
    return user === undefined ? [] : [{ list: readOf(root, path), user }];
  });
}

/** The expressions that read fields named like ids, the shortest first. */
export function idsIn(root: string, value: unknown): string[] {
  return readsWhere(
    root,
    value,
    ({ path, one }) =>
      /(?:^|_)(?:id|key|uuid|code)$|(?:Id|Key|Uuid)$/.test(String(path.at(-1))) && typeof one !== 'object',
  );
}

interface Found {
  readonly path: Path;
  readonly one: unknown;
}

function readsWhere(root: string, value: unknown, isWanted: (found: Found) => boolean): string[] {
  const reads = walk(value)
    .filter(isWanted)
    .map(({ path }) => readOf(root, path));
  return reads.sort((one, other) => one.length - other.length);
}

/** All values within a value, the outer ones first. */
function walk(value: unknown): Found[] {
  const found: Found[] = [{ path: [], one: value }];
  for (let at = 0; at < found.length && found.length < MOST; at++) {
    const { path, one } = found[at]!;
    if (typeof one !== 'object' || one === null) continue;
    for (const [key, inner] of Object.entries(one))
      found.push({ path: [...path, Array.isArray(one) ? Number(key) : key], one: inner });
  }
  return found;
}
