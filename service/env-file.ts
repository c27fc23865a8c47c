import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigError } from './start-error.ts';

/**
 * Reads `.env` in the working folder; empty without such a file. The harness reads the same file and must refuse the
 * same files. A test compares both, because the service does not import the harness.
 * @throws {ConfigError} with one sentence for each line that would be ignored or misread
 */
export function readEnvFile(folder = process.cwd()): NodeJS.ProcessEnv {
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(folder, '.env'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return {};
    throw new ConfigError([`.env cannot be read (${code}). It must be a file that this user may read.`]);
  }
  const lines = decoded(bytes).split(/\r\n?|\n/);
  const mistakes = mistakesIn(lines);
  if (mistakes.length > 0) throw new ConfigError(mistakes.map((mistake) => `.env, ${mistake}`));
  return parseEnv(lines.join('\n'));
}

/** Decodes UTF-8, or UTF-16 with a byte order mark, which the decoder removes. */
function decoded(bytes: Buffer): string {
  const mark = bytes.subarray(0, 2).toString('hex');
  const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // The error below reports it.
  }
  throw new ConfigError(['.env is not a text file. Save it as UTF-8.']);
}

const ASSIGNMENT = /^\s*(?:export\s+)?([\w.-]+)\s*=\s*(.*)$/;

function mistakesIn(lines: readonly string[]): string[] {
  const mistakes: string[] = [];
  const first = new Map<string, string>();
  for (let index = 0; index < lines.length; index++) {
    if (/^\s*(#|$)/.test(lines[index]!)) continue;
    const start = index;
    const [, name, value = ''] = ASSIGNMENT.exec(lines[index]!) ?? [];
    if (name === undefined) {
      mistakes.push(`line ${start + 1}: this is not a setting. Write NAME=value, or # before a comment.`);
      continue;
    }
    const quote = /^["'`]/.exec(value)?.[0];
    if (quote !== undefined && value.indexOf(quote, 1) < 0)
      do index += 1;
      while (index < lines.length && !lines[index]!.includes(quote));
    if (index >= lines.length) {
      mistakes.push(`line ${start + 1}: the quote after ${name}= is not closed. Close it.`);
      break;
    }
    const whole = [value, ...lines.slice(start + 1, index + 1)].join('\n').trim();
    if ((first.get(name) ?? whole) !== whole)
      mistakes.push(`line ${start + 1}: ${name} has two values. Keep one of them.`);
    first.set(name, whole);
  }
  return mistakes;
}
