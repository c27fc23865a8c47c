import { type Path, valueAt } from '../../meetings/contract/mistakes.ts';
import { isValue, leavesOf, readOf, shapeOf } from '../shape.ts';
import { wordsOf } from '../words.ts';
import type { Constant } from './acts.ts';
import type { Caused } from './causes.ts';

/** The events of one name on the socket that one operation causes. */
export interface Group {
  readonly event: string;
  readonly operation: string;
  readonly wire: string;
  readonly caused: readonly Caused[];
}

/** The expression that reads a place among the values of an event. */
export function readArg([first, ...rest]: Path): string {
  return first === 0 ? readOf('payload', rest) : readOf(`args[${first}]`, rest);
}

/** The condition that distinguishes this event from others of the same name. */
export function whenOf(group: Group, same: readonly Group[], sent: readonly Constant[]): string | undefined {
  if (same.length === 0 && !isGeneric(group, sent)) return undefined;
  const own = constantLeaves(group);
  const differs = own.filter(({ path, value }) => same.every((other) => constantAt(other, path) !== value));
  const repeated = own.filter(({ path, value }) =>
    sent.some((one) => one.value === value && (typeof value === 'string' || one.name === path.at(-1))),
  );
  const [best] = same.length === 0 ? [] : differs.sort((one, other) => one.path.length - other.path.length);
  const conditions = [...repeated, ...(best && !repeated.includes(best) ? [best] : [])];
  return conditions.length > 0
    ? conditions.map(({ path, value }) => isValue(readArg(path), value)).join(' && ')
    : undefined;
}

/** Whether the topic is in the payload of a message and not in its name: then other topics may have the same name. */
function isGeneric({ wire, operation }: Group, sent: readonly Constant[]): boolean {
  const topic = operation.split('.')[0]!;
  return sent.length > 0 && operation.includes('.') && !wordsOf(wire).includes(topic) && topic === 'hand';
}

function constantLeaves({ caused }: Group): { path: Path; value: string | boolean | number }[] {
  const [first] = caused;
  const leaves = first?.event.args.flatMap((value, index) => leavesOf(shapeOf([value]), [index])) ?? [];
  return leaves.flatMap(({ path, shape: { values } }) => {
    const [value] = values;
    const isWord =
      typeof value === 'boolean' ||
      value === 0 ||
      value === 1 ||
      (typeof value === 'string' && /^[a-z][\w:-]{0,24}$/i.test(value));
    const isConstant = caused.every(({ event, actor, unique }) => {
      const found = valueAt(event.args, path);
      return found === value && found !== actor.id && found !== actor.displayName && found !== unique;
    });
    return isWord && isConstant ? [{ path, value: value as string | boolean | number }] : [];
  });
}

function constantAt({ caused }: Group, path: Path): unknown {
  const values = new Set(caused.map(({ event }) => valueAt(event.args, path)));
  return values.size === 1 ? [...values][0] : undefined;
}
