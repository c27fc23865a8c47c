const numbers = /\[\n\s*(?:-?[\d.]+(?:e[+-]?\d+)?|null)(?:,\n\s*(?:-?[\d.]+(?:e[+-]?\d+)?|null))*\n\s*\]/g;

/** JSON for people and tools: indented, each list of numbers in one line. */
export function jsonText(value: unknown): string {
  // No string of a JSON document holds a line break, so all that the pattern finds are lists.
  const text = JSON.stringify(value, null, 2).replace(numbers, (list) =>
    list.replace(/\s+/g, ' ').replace('[ ', '[').replace(' ]', ']'),
  );
  return `${text}\n`;
}
