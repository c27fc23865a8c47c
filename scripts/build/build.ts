import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { apiGuide } from './api-guide.ts';
import { copyAssets } from './assets.ts';
import { writeBundles } from './bundles.ts';
import { nameSpecs } from './name-specs.ts';
import { MODEL, placeTypes, REPORT, rollUpTypes } from './types.ts';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Build {
  /** The folder of the compiled package: `dist/`. An earlier build in it is replaced. */
  readonly into: string;
  /** The folder of the report of the API and of what it is made from. */
  readonly reportFolder: string;
}

export interface Built {
  /** The path of the report about the shape of the API. */
  readonly report: string;
  /** The text of docs/api.md. */
  guide(): string;
}

/** Compiles the package: scripts, assets, bundles of pages, and one file of types for each entry point. */
export async function build({ into, reportFolder }: Build): Promise<Built> {
  await rm(into, { recursive: true, force: true });
  // Below the project, so that the types of packages are found, but not in `node_modules`.
  const types = join(reportFolder, 'types');
  await rm(types, { recursive: true, force: true });
  await mkdir(types, { recursive: true });
  await compile(into, types);
  await Promise.all([copyAssets(root, into), writeBundles(root, into), nameSpecs(join(into, 'tests'))]);
  rollUpTypes({ root, types, into, reportFolder });
  placeTypes(types, into);
  const text = (path: string) => readFileSync(path, 'utf8');
  return {
    report: join(reportFolder, REPORT),
    guide: () => apiGuide(JSON.parse(text(join(reportFolder, MODEL))), text(join(into, 'fullhouse.d.ts'))),
  };
}

/** File by file, so that paths relative to a module are the same as in the checkout. */
async function compile(into: string, types: string): Promise<void> {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const project = join(root, 'scripts', 'build', 'tsconfig.json');
  const args = [tsc, '--project', project, '--outDir', into, '--declarationDir', types];
  await promisify(execFile)(process.execPath, args, { cwd: root }).catch((error: { stdout?: string }) => {
    throw new Error(`The package cannot be compiled:\n${error.stdout || String(error)}`);
  });
}
