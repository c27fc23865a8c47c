import { parseEnv } from 'node:util';
import { UserError } from '../kernel/errors.ts';
import { readText, UnreadableFile } from '../kernel/text-file.ts';
import type { Written } from './read-settings.ts';

/** A file of settings has a few lines: a larger file is not one. */
const MOST_BYTES = 1024 * 1024;

/** The settings in `.env`; empty without the file. @throws {UserError} that names each invalid line */
export function readEnvFile(path = '.env'): Written {
  let text: string;
  try {
    text = readText(path, MOST_BYTES);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    if (error.isMissing) return {};
    throw new UserError(`${path} cannot be read: ${error.message}.`, { cause: error });
  }
  const lines = text.split(/\r\n?|\n/);
  const mistakes = mistakesIn(lines);
  if (mistakes.length > 0) throw new UserError(mistakes.map((mistake) => `${path}, ${mistake}`).join('\n'));
  return parseEnv(lines.join('\n'));
}

const ASSIGNMENT = /^\s*(?:export\s+)?(?<name>[\w.-]+)\s*=\s*(?<value>.*)$/;

/**
 * A clause for each line that Node's parser would ignore or misread: `NAME: value`, a quote that is not closed, a name
 * with two different values. Values are not shown: they may be secrets.
 */
function mistakesIn(lines: readonly string[]): string[] {
  const mistakes: string[] = [];
  const first = new Map<string, { readonly line: number; readonly value: string }>();
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    if (/^\s*(#|$)/.test(line)) continue;
    const { name, value = '' } = ASSIGNMENT.exec(line)?.groups ?? {};
    if (name === undefined) {
      mistakes.push(`line ${index + 1}: this is not a setting. Write NAME=value, or # before a comment.`);
      continue;
    }
    const start = index;
    index = lastLineOf(value, lines, index);
    if (index >= lines.length) {
      mistakes.push(`line ${start + 1}: the quote after ${name}= is not closed. Close it in the same line.`);
      break;
    }
    const whole = [value, ...lines.slice(start + 1, index + 1)].join('\n').trim();
    const known = first.get(name);
    if (known && known.value !== whole)
      mistakes.push(
        `line ${start + 1}: ${name} is already set in line ${known.line}, to another value. Keep one of them.`,
      );
    first.set(name, { line: start + 1, value: whole });
  }
  return mistakes;
}

/** The end of a value that may have several lines; after the last line if its quote is not closed. */
function lastLineOf(value: string, lines: readonly string[], index: number): number {
  const quote = /^["'`]/.exec(value)?.[0];
  if (quote === undefined || value.indexOf(quote, 1) > 0) return index;
  let last = index + 1;
  while (last < lines.length && !lines[last]!.includes(quote)) last += 1;
  return last;
}
