import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, parse, relative } from 'node:path';
import type { TestError } from '@playwright/test/reporter';

/** `Cannot find module './chat' imported from /path/tests/a.spec.ts`, or with lines about its requirers. */
const MISSING =
  /^Cannot find (?:module|package) '([^']+)'(?: imported from (\S.*))?(?:\nRequire stack:[\s\S]*)?$/;

/**
 * The text of an error outside of a test. If a file lacks a module that it imports, it is one sentence with the place of
 * the import.
 */
export function errorText({ message, value, stack, location }: TestError): string {
  const text = (message ?? value ?? stack ?? '').replace(/^\w*Error: /, '');
  const [, name, importer] = MISSING.exec(text) ?? [];
  if (name === undefined) return text;
  const file = importer ?? location?.file;
  if (file === undefined) return `Cannot find "${shortened(name)}".`;
  const line = lineOfImport(file, name) ?? location?.line ?? 1;
  return `${shortened(file)}:${line}: cannot find "${shortened(name)}". Correct the name, or add what is missing.`;
}

/** A resolved name has the folders of a package, and maybe an ending: only its last part is sure to be in the file. */
function lineOfImport(file: string, name: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const last = parse(name).name;
  const lines = readFileSync(file, 'utf8').split('\n');
  const index = lines.findIndex((line) => /['"`]/.test(line) && line.includes(last));
  return index < 0 ? undefined : index + 1;
}

function shortened(path: string): string {
  return isAbsolute(path) ? relative(process.cwd(), path) : path;
}
