/** A comment, a text in quotes, or a name. */
const TOKEN = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|(["'`])((?:\\.|(?!\1)[^\\])*)\1|[\w$]+/g;

/**
 * The line of an option in the text of a configuration.
 * @param path the names of the option, from the outside: `['targets', 'latency p95']`
 * @param from the line of the call, counted from 1
 * @returns the line, counted from 1: of the deepest name that is found, or else of the call
 */
export function lineOfOption(text: string, path: readonly string[], from: number): number {
  let found = startOf(text, from);
  let at = found;
  for (const name of path) {
    const property = propertyAfter(text, name, at);
    if (property === undefined) break;
    found = property.start;
    at = property.end;
  }
  return text.slice(0, found).split('\n').length;
}

/** The first property `name: …` after a position: its name may be in quotes, and `{ name }` is its short form. */
function propertyAfter(text: string, name: string, at: number) {
  const token = new RegExp(TOKEN);
  token.lastIndex = at;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [written, , inQuotes = written] = match;
    if (inQuotes === name && /^\s*[:,}]/.test(text.slice(token.lastIndex)))
      return { start: match.index, end: token.lastIndex };
  }
  return undefined;
}

/** The position at which a line begins, counted from 1. */
function startOf(text: string, line: number): number {
  let at = 0;
  for (let passed = 1; passed < line; passed++) {
    const next = text.indexOf('\n', at);
    if (next < 0) return at;
    at = next + 1;
  }
  return at;
}
