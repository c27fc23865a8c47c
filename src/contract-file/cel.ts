import type { Path } from './shape.ts';

/** Words that CEL keeps for itself. */
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
