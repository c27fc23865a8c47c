import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * What a module of the user exports as its default. TypeScript is read whatever the `package.json` around it says of the
 * type of its modules: the loader of the test runner reads it as an ES module, or as one that is required.
 */
export async function importDefault(path: string): Promise<unknown> {
  const loaded = isRequired(path)
    ? (createRequire(import.meta.url)(path) as unknown)
    : ((await import(pathToFileURL(path).href)) as unknown);
  return (loaded as { default?: unknown } | undefined)?.default;
}

/** Whether Node.js takes a TypeScript file of this path for CommonJS. */
function isRequired(path: string): boolean {
  if (extname(path) !== '.ts') return extname(path) === '.cts';
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const description = join(folder, 'package.json');
    if (existsSync(description))
      return (JSON.parse(readFileSync(description, 'utf8')) as { type?: unknown }).type !== 'module';
    if (folder === dirname(folder)) return true;
  }
}
