import type { LeafShape, Path } from './shape.ts';
import { isOnly, mentions } from './words.ts';

const ROLES =
  /^(host|co_?host|owner|moderator|admin|organi[sz]er|presenter|speaker|listener|guest|member|participant|attendee|viewer)$/i;

/** A field of that name, or one with nothing but roles in it: `part: owner`. */
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
