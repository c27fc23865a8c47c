import type { Path } from '../../meetings/contract/mistakes.ts';
import { isObject } from '../shape.ts';
import { isIdOf, isPlainId, mentions } from '../words.ts';
import type { Recording } from './recording.ts';

/** A text or number within something that was sent or received. */
export interface Mention {
  readonly path: Path;
  /** The name of the field; the entries of a list have the name of the list. */
  readonly name: string;
  readonly value: string;
}

/** All texts and numbers of a value, including those in lists. */
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

/** A shorter value may also be something else, such as a count or a version. */
const SURE = 6;

/** Whether a value is this id. A short value counts only in a field with the name of an id. */
export function isId({ name, value }: Pick<Mention, 'name' | 'value'>, id: string): boolean {
  return value === id && (id.length >= SURE || name === '' || isPersonal(name));
}

/** Whether a field of this name may identify a user or a meeting. */
function isPersonal(name: string): boolean {
  return (
    isPlainId(name) ||
    ['person', 'meeting', 'user', 'display'].some(
      (group) => mentions(name, group as 'person') || isIdOf(name, group as 'person'),
    ) ||
    /^(from|by|who|sender|author|peers?|to|owner|host)/i.test(name)
  );
}
