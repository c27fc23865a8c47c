/** A value as an object with keys; undefined for everything else. */
export function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** All objects in a value, the outer ones first. */
export function* recordsIn(value: unknown): Generator<Readonly<Record<string, unknown>>> {
  const found = record(value);
  if (found) yield found;
  for (const inner of Array.isArray(value) ? value : Object.values(found ?? {})) yield* recordsIn(inner);
}
