import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const places = ['bin', 'src', 'service', 'fixtures', 'tests', 'scripts', 'playwright.config.ts'];

/** Paths of all source files of the project, relative to its root. */
export function sources(): string[] {
  return places.flatMap((place) =>
    place.endsWith('.ts')
      ? [place]
      : readdirSync(join(root, place), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile() && /\.(ts|mts|mjs|js)$/.test(entry.name))
          .map((entry) => join(entry.parentPath, entry.name).slice(root.length)),
  );
}

export function folders(): string[] {
  return [...new Set(sources().flatMap((path) => parents(path)))];
}

function parents(path: string): string[] {
  const folder = dirname(path);
  return folder === '.' ? [] : [folder, ...parents(folder)];
}

export function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** `import … from`, `export … from`, `import '…'` and `import('…')`, of types too; not what a comment mentions. */
const specifier = /^(?!\s*(?:\/\/|\*)).*?(?:\bfrom|\bimport)\s*\(?\s*(['"])(\.{1,2}\/[^'"]+)\1/gm;

/** Only what is loaded together with the file: neither `import type` nor `await import()`. */
const atLoad = /^(?:import|export)\s(?!type\b)(?:[^;'"]*?\bfrom\s*)?\s*(['"])(\.{1,2}\/[^'"]+)\1/gm;

/** The files of the project that a file imports, relative to the root. */
export function importsIn(path: string, text: string, pattern = specifier): string[] {
  return [...text.matchAll(pattern)].map(([, , to]) => normalize(join(dirname(path), to!)));
}

export const loadedBy = (path: string, text: string) => importsIn(path, text, atLoad);

export interface Import {
  readonly from: string;
  readonly to: string;
}

export function allImports(): Import[] {
  return sources().flatMap((from) => importsIn(from, textOf(from)).map((to) => ({ from, to })));
}
