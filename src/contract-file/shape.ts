import { jsonIn } from '../kernel/json.ts';
import type { Path } from '../meetings/contract/mistakes.ts';

/** The shape of a value, from a schema or from recordings: both are searched by the same rules. */
export type Shape = ObjectShape | ListShape | LeafShape;

export interface ObjectShape {
  readonly kind: 'object';
  readonly fields: ReadonlyMap<string, Field>;
}

export interface Field {
  readonly shape: Shape;
  readonly isRequired: boolean;
}

export interface ListShape {
  readonly kind: 'list';
  /** Undefined if nothing is known about the entries. */
  readonly item: Shape | undefined;
}

export interface LeafShape {
  readonly kind: 'leaf';
  readonly type: 'text' | 'number' | 'boolean' | 'unknown';
  /** The known values: recorded values, choices, a default, an example. */
  readonly values: readonly unknown[];
  /** The format in a schema: `date-time`, `email`, `uuid`. */
  readonly format?: string;
}

export interface Leaf {
  readonly path: Path;
  readonly shape: LeafShape;
}

export interface List {
  readonly path: Path;
  readonly item: Shape | undefined;
}

const DEEPEST = 6;

/** All leaves outside lists. */
export function leavesOf(shape: Shape | undefined, path: Path = []): Leaf[] {
  if (shape === undefined || path.length > DEEPEST) return [];
  if (shape.kind === 'leaf') return [{ path, shape }];
  if (shape.kind === 'list') return [];
  return [...shape.fields].flatMap(([name, field]) => leavesOf(field.shape, [...path, name]));
}

/** All lists outside other lists, the outermost first. */
export function listsOf(shape: Shape | undefined): List[] {
  return listsBelow(shape, []).sort((one, other) => one.path.length - other.path.length);
}

function listsBelow(shape: Shape | undefined, path: Path): List[] {
  if (shape === undefined || path.length > DEEPEST || shape.kind === 'leaf') return [];
  if (shape.kind === 'list') return [{ path, item: shape.item }];
  return [...shape.fields].flatMap(([name, field]) => listsBelow(field.shape, [...path, name]));
}

/** The shape of recorded values: a field that each of them has is required. */
export function shapeOf(values: readonly unknown[]): Shape {
  const objects = values.filter(isObject);
  if (objects.length > 0) return objectShape(objects);
  const lists = values.filter(Array.isArray);
  if (lists.length > 0) {
    const items = lists.flat();
    return { kind: 'list', item: items.length > 0 ? shapeOf(items) : undefined };
  }
  return { kind: 'leaf', type: typeOf(values), values };
}

function objectShape(objects: readonly Readonly<Record<string, unknown>>[]): ObjectShape {
  const names = new Set(objects.flatMap((one) => Object.keys(one)));
  const fields = [...names].map((name): [string, Field] => {
    const values = objects.filter((one) => name in one).map((one) => one[name]);
    return [name, { shape: shapeOf(values), isRequired: values.length === objects.length }];
  });
  return { kind: 'object', fields: new Map(fields) };
}

function typeOf(values: readonly unknown[]): LeafShape['type'] {
  const types = new Set(values.filter((value) => value !== null).map((value) => typeof value));
  if (types.size !== 1) return 'unknown';
  const [type] = types;
  if (type === 'string') return 'text';
  return type === 'number' || type === 'boolean' ? type : 'unknown';
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value of a JSON text; undefined if it is not JSON. */
export function parsedJson(text: unknown): unknown {
  return typeof text === 'string' ? jsonIn(text) : undefined;
}

/** The reserved words of CEL. */
const RESERVED = new Set(
  'as break const continue else false for function if import in let loop namespace null package return true var void while'.split(
    ' ',
  ),
);

/** The expression that reads a place: `body.data.id`, `body["user-id"]`, `args[1].id`. */
export function readOf(root: string, path: Path): string {
  return path.reduce<string>((read, step) => {
    if (typeof step === 'number') return `${read}[${step}]`;
    return /^[A-Za-z_]\w*$/.test(step) && !RESERVED.has(step)
      ? `${read}.${step}`
      : `${read}[${JSON.stringify(step)}]`;
  }, root);
}

/** The condition that a place has a value: `payload.kind == "in"`. */
export function isValue(read: string, value: unknown): string {
  return `${read} == ${JSON.stringify(value)}`;
}
