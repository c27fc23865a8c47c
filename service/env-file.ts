import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigError } from './start-error.ts';

/**
 * `.env` in the working folder; nothing where there is no such file. The harness reads the same file and refuses the same ones:
 * a test holds the two together, because the service imports nothing of the harness.
 * @throws {ConfigError} with one sentence for every line that would be left out or misread
 */
export function readEnvFile(folder = process.cwd()): NodeJS.ProcessEnv {
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(folder, '.env'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return {};
    throw new ConfigError([`.env cannot be read (${code}): it must be a file that this user may read.`]);
  }
  const lines = decoded(bytes).split(/\r\n?|\n/);
  const mistakes = mistakesIn(lines);
  if (mistakes.length > 0) throw new ConfigError(mistakes.map((mistake) => `.env, ${mistake}`));
  return parseEnv(lines.join('\n'));
}

/** UTF-8, or UTF-16 with its byte order mark, which the decoder leaves out. */
function decoded(bytes: Buffer): string {
  const mark = bytes.subarray(0, 2).toString('hex');
  const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // The same sentence says it.
  }
  throw new ConfigError(['.env is no text: it must be saved as UTF-8.']);
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
      mistakes.push(`line ${start + 1}: it must be NAME=value, or a comment that begins with #.`);
      continue;
    }
    const quote = /^["'`]/.exec(value)?.[0];
    if (quote !== undefined && value.indexOf(quote, 1) < 0)
      do index += 1;
      while (index < lines.length && !lines[index]!.includes(quote));
    if (index >= lines.length) {
      mistakes.push(`line ${start + 1}: the quote after ${name}= must be closed.`);
      break;
    }
    const whole = [value, ...lines.slice(start + 1, index + 1)].join('\n').trim();
    if ((first.get(name) ?? whole) !== whole)
      mistakes.push(`line ${start + 1}: ${name} must stand there once, and not with two values.`);
    first.set(name, whole);
  }
  return mistakes;
}
