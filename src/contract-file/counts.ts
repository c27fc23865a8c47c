/** Groups values by key, in the order of the keys. Node 20 has no `Map.groupBy`. */
export function grouped<Value, Key>(
  values: readonly Value[],
  keyOf: (value: Value) => Key,
): Map<Key, Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}

/** Adds up the weights of equal values. */
export function tally(weighted: Iterable<readonly [string, number]>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [value, weight] of weighted) counts.set(value, (counts.get(value) ?? 0) + weight);
  return counts;
}

/** The value with the largest count; the first of several that are equal. */
export function mostOften(values: readonly string[]): string | undefined {
  return heaviest(tally(values.map((value) => [value, 1])));
}

/** The value that is in both tallies, with the largest sum. */
export function mostInBoth(one: Map<string, number>, other: Map<string, number>): string | undefined {
  const both = [...one].flatMap(([value, count]) =>
    other.has(value) ? [[value, count + other.get(value)!] as const] : [],
  );
  return heaviest(both);
}

function heaviest(counts: Iterable<readonly [string, number]>): string | undefined {
  return [...counts].sort(([, few], [, many]) => many - few)[0]?.[0];
}
