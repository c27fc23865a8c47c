import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { readText } from './text-file.ts';

/** Why a module is not loaded: its message is a clause for a sentence of the caller, such as `its code threw "x"`. */
class UnloadableModule extends Error {
  override readonly name = 'UnloadableModule';
}

/** People write modules: a larger file is something else. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * The default export of a user's module. TypeScript works with each module type in the `package.json` around it: the loader
 * of the test runner reads the file as an ES module, or as one that is required.
 * @throws an UnreadableFile, or an UnloadableModule
 */
export async function importDefault(path: string): Promise<unknown> {
  readModule(path); // the messages of the loader do not name the file
  try {
    const loaded = isRequired(path)
      ? (createRequire(import.meta.url)(path) as unknown)
      : ((await import(pathToFileURL(path).href)) as unknown);
    return (loaded as { default?: unknown } | undefined)?.default;
  } catch (cause) {
    throw cause instanceof UnloadableModule ? cause : new UnloadableModule(clause(cause, path), { cause });
  }
}

/** The text of a module, which is not executed. @throws {UnreadableFile} */
export function readModule(path: string): string {
  return readText(path, MOST_BYTES);
}

/** Loaders write several lines, with colours, import stacks and pieces of the file. */
function clause(error: unknown, path: string): string {
  const [first = '', ...others] = stripVTControlCharacters(
    error instanceof Error ? error.message : String(error),
  ).split('\n');
  const { name = '', code = '' } = (error ?? {}) as { name?: string; code?: string };
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND')
    return `a module that it imports is missing (${first})`;
  // esbuild counts its mistakes first, and then names the first of them.
  const mistake = name === 'TransformError' ? others.find((line) => line.trim() !== '') : undefined;
  if (mistake !== undefined || error instanceof SyntaxError || name === 'SyntaxError')
    return `its syntax is wrong (${(mistake ?? first).replace(`${path}:`, '').trim()})`;
  return `its code threw ${error instanceof Error ? JSON.stringify(first) : String(first)}`;
}

/** Whether Node.js takes a TypeScript file of this path for CommonJS. */
function isRequired(path: string): boolean {
  if (extname(path) !== '.ts') return extname(path) === '.cts';
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const description = join(folder, 'package.json');
    if (existsSync(description)) return typeIn(description) !== 'module';
    if (folder === dirname(folder)) return true;
  }
}

function typeIn(description: string): unknown {
  try {
    return (JSON.parse(readFileSync(description, 'utf8')) as { type?: unknown } | null)?.type;
  } catch (cause) {
    throw new UnloadableModule(`"${description}" cannot be read: ${(cause as Error).message}`, { cause });
  }
}
