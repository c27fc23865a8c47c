import { type Field, isObject, type LeafShape, listIn, type Shape } from '../shape.ts';
import type { OpenApiDocument, Part } from './document.ts';

/** Recursive schemas are followed to this depth. */
const DEEPEST = 8;

/** The shape of the values of a JSON schema. Undefined if the schema describes nothing. */
export function schemaShape(document: OpenApiDocument, written: unknown, depth = 0): Shape | undefined {
  const schema = document.follow(written);
  if (schema === undefined || depth > DEEPEST) return undefined;
  const parts = listIn(schema.allOf).map((part) => schemaShape(document, part, depth + 1));
  const [choice] = [...listIn(schema.oneOf), ...listIn(schema.anyOf)].filter(
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
  const format = typeof schema.format === 'string' ? schema.format : undefined;
  return { kind: 'leaf', type: leafType(type, values), values, format };
}

function objectShape(document: OpenApiDocument, schema: Part, properties: Part, depth: number): Shape {
  const required = new Set(listIn(schema.required));
  const fields = Object.entries(properties).flatMap(([name, property]): [string, Field][] => {
    const shape = schemaShape(document, property, depth + 1) ?? { kind: 'leaf', type: 'unknown', values: [] };
    return [[name, { shape, isRequired: required.has(name) }]];
  });
  return { kind: 'object', fields: new Map(fields) };
}

/** The known values of a schema; the best one to send comes first. */
function valuesOf(schema: Part): unknown[] {
  return [
    schema.const,
    schema.default,
    schema.example,
    ...listIn(schema.examples),
    ...listIn(schema.enum),
  ].filter((value) => value !== undefined && value !== null);
}

const TYPES: Readonly<Record<string, LeafShape['type']>> = {
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
};

function leafType(type: unknown, values: readonly unknown[]): LeafShape['type'] {
  return TYPES[String(type ?? typeof values[0])] ?? 'unknown';
}
