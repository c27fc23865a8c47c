import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { readText } from './text-file.ts';

/** Why a module cannot be loaded. The message is a clause for a sentence of the caller: `its code threw "x"`. */
class UnloadableModule extends Error {
  override readonly name = 'UnloadableModule';
}

/** A larger file is not a module that a person wrote. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * The default export of a user's module. TypeScript works with each module type of the nearest `package.json`: the loader of
 * the test runner reads the file as an ES module or as CommonJS.
 * @throws an UnreadableFile, or an UnloadableModule
 */
export async function importDefault(path: string): Promise<unknown> {
  const text = readModule(path); // the messages of the loader do not name the file
  try {
    const isPlain = ['.mjs', '.cjs', '.json'].includes(extname(path));
    if (!isPlain) await prepareLoader();
    const loaded = isRequired(path, text)
      ? (createRequire(import.meta.url)(path) as unknown)
      : ((await import(pathToFileURL(path).href)) as unknown);
    return (loaded as { default?: unknown } | undefined)?.default;
  } catch (cause) {
    throw cause instanceof UnloadableModule ? cause : new UnloadableModule(clause(cause, path), { cause });
  }
}

let prepareLoader: () => Promise<void> = async () => undefined;

/**
 * For a process without a loader of TypeScript, such as a command of the npm package: `register` adds one, when the first
 * module of a user needs it.
 */
export function loadModulesWith(register: () => Promise<unknown>): void {
  let registered: Promise<unknown> | undefined;
  prepareLoader = async () => {
    registered ??= register();
    await registered;
  };
}

/** Reads the text of a module without executing it. @throws {UnreadableFile} */
export function readModule(path: string): string {
  return readText(path, MOST_BYTES);
}

/** The reason as a clause. Loaders write several lines, with colours, import stacks and excerpts of the file. */
function clause(error: unknown, path: string): string {
  const [first = '', ...others] = stripVTControlCharacters(
    error instanceof Error ? error.message : String(error),
  ).split('\n');
  const { name = '', code = '' } = (error ?? {}) as { name?: string; code?: string };
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND')
    return `a module that it imports is missing (${first})`;
  // esbuild first writes the number of mistakes, and then the first mistake.
  const mistake = name === 'TransformError' ? others.find((line) => line.trim() !== '') : undefined;
  if (mistake !== undefined || error instanceof SyntaxError || name === 'SyntaxError')
    return `its syntax is wrong (${(mistake ?? first).replace(`${path}:`, '').trim()})`;
  return `its code threw ${error instanceof Error ? JSON.stringify(first) : String(first)}`;
}

/** Whether the loader reads this file as CommonJS: `import` in a file of a CommonJS package becomes `require`. */
function isRequired(path: string, text: string): boolean {
  const ending = extname(path);
  if (ending === '.js') return !isInModule(path) && /^\s*(?:import|export)\b/m.test(text);
  return ending === '.cts' || (ending === '.ts' && !isInModule(path));
}

function isInModule(path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const description = join(folder, 'package.json');
    if (existsSync(description)) return typeIn(description) === 'module';
    if (folder === dirname(folder)) return false;
  }
}

function typeIn(description: string): unknown {
  try {
    return (JSON.parse(readFileSync(description, 'utf8')) as { type?: unknown } | null)?.type;
  } catch (cause) {
    throw new UnloadableModule(`"${description}" cannot be read: ${(cause as Error).message}`, { cause });
  }
}
