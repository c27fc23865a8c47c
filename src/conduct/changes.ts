import { record } from './record.ts';

/** A place in a body: the keys that lead to it. */
export type Place = readonly string[];

/** One value of a body, in its place. */
export interface Leaf {
  readonly place: Place;
  readonly value: string | number | boolean;
}

/** All values in a body that have a type of their own; those in lists are left alone. */
export function leavesOf(content: unknown, place: Place = []): Leaf[] {
  if (typeof content === 'string' || typeof content === 'number' || typeof content === 'boolean')
    return [{ place, value: content }];
  return Object.entries(record(content) ?? {}).flatMap(([key, value]) => leavesOf(value, [...place, key]));
}

/** The body with another value in this place; `undefined` leaves the key out. */
export function withChange(content: unknown, [key, ...inner]: Place, value: unknown): unknown {
  if (key === undefined) return value;
  const found = record(content) ?? {};
  return { ...found, [key]: withChange(found[key], inner, value) };
}

/** Values whose type no service takes for that of this one. */
export function wrongTypesFor(value: Leaf['value']): unknown[] {
  switch (typeof value) {
    case 'string':
      return [5, true, {}, [value]];
    case 'number':
      return ['many', true, {}, [value]];
    default:
      return ['perhaps', 5, {}, [value]];
  }
}

/** Values of the right type that a service has to look at before it uses them. */
export function extremesFor(value: Leaf['value']): unknown[] {
  if (typeof value === 'string') return ['', 'x'.repeat(10_000)];
  return typeof value === 'number' ? [-1, 0, 1e99] : [];
}
