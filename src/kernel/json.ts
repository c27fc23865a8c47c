import { parseDocument } from 'yaml';

/**
 * Reads a JSON text that a user wrote. Two equal names in one object are a mistake; `JSON.parse` silently keeps the last one.
 * @throws {SyntaxError} whose message is a clause: `it is not JSON: …`
 */
export function parseWrittenJson(text: string): unknown {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(`it is not JSON: ${(cause as Error).message}`, { cause });
  }
  const twice = repeatedName(text);
  if (twice !== undefined) throw new SyntaxError(`it has ${twice} twice in the same object; keep one`);
  return read;
}

/** JSON is YAML, whose parser reports repeated names. Its other errors do not matter: the text is JSON. */
function repeatedName(text: string): string | undefined {
  const { errors } = parseDocument(text, { prettyErrors: false, uniqueKeys: true });
  const error = errors.find(({ code }) => code === 'DUPLICATE_KEY');
  if (!error) return undefined;
  const name = /^"(?:[^"\\]|\\.)*"/.exec(text.slice(error.pos[0]))?.[0] ?? 'a name';
  return `${name} (line ${text.slice(0, error.pos[0]).split('\n').length})`;
}

/** The value of a JSON text from outside; undefined for a text that is not JSON. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
