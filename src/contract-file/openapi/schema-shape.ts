import type { Field, LeafShape, Shape } from '../shape.ts';
import { isObject } from '../shape.ts';
import type { OpenApiDocument, Part } from './document.ts';

/** Deeper than this, schemas that contain themselves are not followed. */
const DEEPEST = 8;

/** What values of a JSON schema look like. Undefined where nothing is said. */
export function schemaShape(document: OpenApiDocument, written: unknown, depth = 0): Shape | undefined {
  const schema = document.follow(written);
  if (schema === undefined || depth > DEEPEST) return undefined;
  const parts = [...listOf(schema.allOf)].map((part) => schemaShape(document, part, depth + 1));
  const [choice] = [...listOf(schema.oneOf), ...listOf(schema.anyOf)].filter(
    (one) => document.follow(one)?.type !== 'null',
  );
  const own = ownShape(document, schema, depth);
  const all = [
    own,
    ...parts,
    choice === undefined ? undefined : schemaShape(document, choice, depth + 1),
  ].filter((one) => one !== undefined);
  const objects = all.filter((one) => one.kind === 'object');
  if (objects.length === 0) return all.find((one) => one.kind !== 'leaf' || one.type !== 'unknown') ?? all[0];
  return { kind: 'object', fields: new Map(objects.flatMap(({ fields }) => [...fields])) };
}

function ownShape(document: OpenApiDocument, schema: Part, depth: number): Shape | undefined {
  const types = (Array.isArray(schema.type) ? schema.type : [schema.type]).filter((type) => type !== 'null');
  const [type] = types;
  if (isObject(schema.properties)) return objectShape(document, schema, schema.properties, depth);
  if (type === 'array' || schema.items !== undefined)
    return { kind: 'list', item: schemaShape(document, schema.items, depth + 1) };
  if (type === 'object') return { kind: 'object', fields: new Map() };
  const values = valuesOf(schema);
  if (type === undefined && values.length === 0) return undefined;
  const { format } = schema;
  return {
    kind: 'leaf',
    type: leafType(type, values),
    values,
    ...(typeof format === 'string' ? { format } : {}),
  };
}

function objectShape(document: OpenApiDocument, schema: Part, properties: Part, depth: number): Shape {
  const required = new Set(listOf(schema.required));
  const fields = Object.entries(properties).flatMap(([name, property]): [string, Field][] => {
    const shape = schemaShape(document, property, depth + 1) ?? { kind: 'leaf', type: 'unknown', values: [] };
    return [[name, { shape, isRequired: required.has(name) }]];
  });
  return { kind: 'object', fields: new Map(fields) };
}

/** The best one to send comes first. */
function valuesOf(schema: Part): unknown[] {
  return [
    schema.const,
    schema.default,
    schema.example,
    ...listOf(schema.examples),
    ...listOf(schema.enum),
  ].filter((value) => value !== undefined && value !== null);
}

function leafType(type: unknown, values: readonly unknown[]): LeafShape['type'] {
  const names = { string: 'text', number: 'number', integer: 'number', boolean: 'boolean' } as const;
  const named =
    type === undefined
      ? { string: 'text', number: 'number', boolean: 'boolean' }[typeof values[0] as 'string']
      : names[type as keyof typeof names];
  return (named as LeafShape['type'] | undefined) ?? 'unknown';
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
