import { isObject, type Path } from '../shape.ts';
import { isIdOf, isPlainId, mentions } from '../words.ts';
import type { Recording } from './recording.ts';

/** A text or number within something that was sent or received. */
export interface Mention {
  readonly path: Path;
  /** The name of the field; those of an entry of a list are called as the list. */
  readonly name: string;
  readonly value: string;
}

/** All texts and numbers of a value, those in lists included. */
export function mentionsIn(value: unknown, path: Path = []): Mention[] {
  if (typeof value === 'string' || typeof value === 'number')
    return [
      { path, name: String(path.findLast((step) => typeof step === 'string') ?? ''), value: String(value) },
    ];
  if (Array.isArray(value)) return value.flatMap((one, index) => mentionsIn(one, [...path, index]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, one]) => mentionsIn(one, [...path, name]));
}

export function receivedIn({ calls, received, sent }: Recording): Mention[] {
  return [
    ...calls.flatMap(({ answer }) => mentionsIn(answer)),
    ...received.flatMap(({ args }) => mentionsIn(args)),
    ...sent.flatMap(({ ack }) => mentionsIn(ack)),
  ];
}

export function sentIn({ calls, sent }: Recording): Mention[] {
  return [
    ...calls.flatMap((call) => mentionsIn(call.request)),
    ...sent.flatMap(({ args }) => mentionsIn(args)),
  ];
}

/** Ids shorter than this stand for other things, too: a count, a version. */
const SURE = 6;

/** Whether a value is this id. A short value counts only in a field with the name of an id. */
export function isId({ name, value }: Pick<Mention, 'name' | 'value'>, id: string): boolean {
  return value === id && (id.length >= SURE || name === '' || isPersonal(name));
}

/** Whether a field of this name may say who or what it is about. */
function isPersonal(name: string): boolean {
  return (
    isPlainId(name) ||
    ['person', 'meeting', 'user', 'display'].some(
      (group) => mentions(name, group as 'person') || isIdOf(name, group as 'person'),
    ) ||
    /^(from|by|who|sender|author|peers?|to|owner|host)/i.test(name)
  );
}
