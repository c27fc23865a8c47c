import type { Path } from '../meetings/contract/mistakes.ts';
import { type Leaf, type LeafShape, leavesOf, readOf, type Shape } from './shape.ts';
import { isIdOf, isOnly, isPlainId, mentions } from './words.ts';

/** Ranks the name of a place: a smaller number is better; undefined if the name does not fit. */
export type Rank = (path: Path) => number | undefined;

export type IsIt = (leaf: LeafShape, name: string) => boolean;

/** The place with the best name. With `isIt`, only places with the searched value count. */
export function best(shape: Shape, root: string, rank: Rank, isIt?: IsIt): string | undefined {
  const [first] = ranked(leavesOf(shape), rank, isIt);
  return first && readOf(root, first.path);
}

export function ranked(leaves: readonly Leaf[], rank: Rank, isIt?: IsIt): Leaf[] {
  return leaves
    .flatMap((leaf) => {
      const name = String(leaf.path.at(-1) ?? '');
      if (isIt ? !isIt(leaf.shape, name) : leaf.shape.type === 'boolean') return [];
      const place = rank(leaf.path) ?? (isIt ? 9 : undefined);
      return place === undefined ? [] : [{ leaf, place: place + leaf.path.length / 100 }];
    })
    .sort((one, other) => one.place - other.place)
    .map(({ leaf }) => leaf);
}

function parts(path: Path): { name: string; parent: string | undefined; parents: string[] } {
  const names = path.map(String);
  return { name: names.at(-1) ?? '', parent: names.at(-2), parents: names.slice(0, -1) };
}

export const isEnvelope = (name: string) => isOnly(name, 'envelope');

export function meetingRank(path: Path): number | undefined {
  const { name, parent, parents } = parts(path);
  if (isPlainId(name) && parent !== undefined && isOnly(parent, 'meeting')) return 0;
  if (isIdOf(name, 'meeting')) return 1;
  if (isOnly(name, 'meeting')) return 2;
  return isPlainId(name) && parents.every(isEnvelope) ? 3 : undefined;
}

export function userRank(path: Path): number | undefined {
  const { name, parent } = parts(path);
  if (isIdOf(name, 'user')) return 0;
  if (parent !== undefined && isPlainId(name) && isOnly(parent, 'user')) return 1;
  if (isIdOf(name, 'person') && !isIdOf(name, 'meeting')) return 2;
  if (parent !== undefined && isPlainId(name) && isOnly(parent, 'person', 'self')) return 3;
  return isOnly(name, 'person') ? 4 : undefined;
}

/** `status` beside an id, or in the object of the meeting: elsewhere it is the status of the answer. */
export function stateRankIn(answer: Shape): Rank {
  const leaves = leavesOf(answer);
  const hasId = (parents: readonly string[]) =>
    leaves.some(
      ({ path }) =>
        path.length === parents.length + 1 &&
        isIdLike(String(path.at(-1))) &&
        parents.every((one, at) => path[at] === one),
    );
  return (path) => {
    const { name, parent, parents } = parts(path);
    if (!isOnly(name, 'state')) return undefined;
    if (parent !== undefined && isOnly(parent, 'meeting')) return 0;
    return parents.every(isEnvelope) && hasId(parents) ? 1 : undefined;
  };
}

export const isIdLike = (name: string) => isPlainId(name) || isIdOf(name, 'meeting');

const ROLES =
  /^(host|co_?host|owner|moderator|admin|organi[sz]er|presenter|speaker|listener|guest|member|participant|attendee|viewer)$/i;

/** A field that is called role, or that has only roles as values: `part: owner`. */
export function isRole(path: Path, { type, values }: LeafShape): boolean {
  if (type !== 'text') return false;
  if (isOnly(String(path.at(-1)), 'role')) return true;
  return values.length > 0 && values.every((value) => ROLES.test(String(value)));
}

/** A flag of a hand: `handUp`, `hasRaisedHand`, `hand`. */
export function isHand(path: Path, shape: LeafShape): boolean {
  return mentions(String(path.at(-1)), 'hand') && (shape.type === 'boolean' || isFlag(shape));
}

/** Some services write booleans as numbers. */
function isFlag({ type, values }: LeafShape): boolean {
  return type === 'number' && values.every((value) => value === 0 || value === 1);
}
