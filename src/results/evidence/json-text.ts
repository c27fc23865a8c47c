const numbers = /\[\n\s*(?:-?[\d.]+(?:e[+-]?\d+)?|null)(?:,\n\s*(?:-?[\d.]+(?:e[+-]?\d+)?|null))*\n\s*\]/g;

/** Readable JSON: indented, each list of numbers in one line. */
export function jsonText(value: unknown): string {
  // JSON strings contain no line breaks, so the pattern only matches lists.
  const text = JSON.stringify(value, null, 2).replace(numbers, (list) =>
    list.replace(/\s+/g, ' ').replace('[ ', '[').replace(' ]', ']'),
  );
  return `${text}\n`;
}
