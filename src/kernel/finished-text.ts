import { jsonInScript } from './json-in-script.ts';
import { mapLabels } from './labels.ts';
import { lastLook } from './secrets.ts';

/**
 * The last look at a file before it is written: text is looked at where text stands, in the spelling that it has there,
 * so that the file stays what it is. Markup, scripts, styles, names of columns and numbers are ours and stay untouched.
 */
export function finishedText(name: string, text: string): string {
  const ending = /\.([a-z]+)$/.exec(name)?.[1] ?? '';
  return (byEnding[ending] ?? lastLook)(text);
}

const byEnding: Readonly<Record<string, (text: string) => string>> = {
  json: finishedJson,
  ndjson: finishedJson,
  html: finishedHtml,
  csv: finishedCsv,
  prom: finishedLabels,
  md: finishedMarkdown,
  // Numbers alone.
  hgrm: (text) => text,
};

/** Any JSON, also one document a line: each text is decoded, looked at, and encoded again where it changed. */
export function finishedJson(text: string, encode: (text: string) => string = JSON.stringify): string {
  return text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g, (literal) => finishedLiteral(literal, encode));
}

function finishedLiteral(literal: string, encode: (text: string) => string): string {
  const told = literal.includes('\\') ? decoded(literal) : literal.slice(1, -1);
  // What is no JSON after all.
  if (told === undefined) return lastLook(literal);
  const shown = lastLook(told);
  return shown === told ? literal : encode(shown);
}

function decoded(literal: string): string | undefined {
  try {
    return JSON.parse(literal) as string;
  } catch {
    return undefined;
  }
}

/** Attributes that hold words; all others hold names, paths and shapes of ours. */
const worded = /^(?:title|aria-label|label|value|href|datetime|data-show)$/;

/** Pages of ours, in which every `<` and `>` of a text is escaped. */
function finishedHtml(text: string): string {
  return text.replace(
    /(<(script|style)\b[^>]*>)([\s\S]*?)(<\/\2>)|<[^>]*>|[^<]+/g,
    (piece, open: string | undefined, _name, inside: string, close: string) => {
      if (open !== undefined)
        return open.includes('application/json')
          ? `${open}${finishedJson(inside, jsonInScript)}${close}`
          : piece;
      return piece.startsWith('<') ? finishedTag(piece) : lastLook(piece);
    },
  );
}

function finishedTag(tag: string): string {
  return tag.replace(/([\w-]+)="([^"]*)"/g, (whole, name: string, value: string) =>
    worded.test(name) ? `${name}="${lastLook(value)}"` : whole,
  );
}

/** Cells; the head, a line of nothing but our names of columns, stays: every other one begins with a number. */
function finishedCsv(text: string): string {
  return text
    .split('\n')
    .map((line) => (/^[a-z][a-z0-9_]*(?:,[a-z][a-z0-9_]*)+\r?$/.test(line) ? line : cells(line)))
    .join('\n');
}

function cells(line: string): string {
  return line.replace(/"(?:[^"]|"")*"|[^,"\r]+/g, (cell) =>
    cell.startsWith('"') ? `"${lastLook(cell.slice(1, -1))}"` : lastLook(cell),
  );
}

/** Values of labels in the text format of Prometheus. */
export function finishedLabels(text: string): string {
  return mapLabels(text, (_, value) => lastLook(value));
}

/** Line by line, and in a table cell by cell: a row stays a row. */
function finishedMarkdown(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      line.startsWith('|') ? line.replace(/(?:[^|\\]|\\.)+/g, (cell) => lastLook(cell)) : lastLook(line),
    )
    .join('\n');
}
