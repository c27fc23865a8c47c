import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Built, build, root } from '../../../scripts/build/build.ts';

/**
 * A folder of the project, so that a package in its `node_modules` finds its dependencies as in a team's repository. Each
 * worker of Playwright has its own one.
 */
const folder = join(root, 'reports', 'harness', 'package', process.env.TEST_PARALLEL_INDEX ?? '0');
/** The built package as an installed one. */
export const installed = join(folder, 'node_modules', 'fullhouse');

/** Builds the package into its own folder, because other tests use the project at the same time. */
async function stage(): Promise<Built> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(installed, { recursive: true });
  const built = await build({ into: join(installed, 'dist'), reportFolder: join(folder, 'api') });
  // Without it, Node finds the checkout by the name of the package.
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const { files } = described();
  for (const name of ['package.json', 'README.md', 'LICENSE', ...files.map((each) => each.split('/')[0]!)]) {
    if (name === 'dist') continue;
    cpSync(join(root, name), join(installed, name), { recursive: true });
  }
  return built;
}

let staged: Promise<Built> | undefined;

/** Builds the package once in a worker of Playwright. */
export function stagedOnce(): Promise<Built> {
  staged ??= stage();
  return staged;
}

/** A new folder of a team that has the package installed. */
export function teamFolder(name: string, described: object = {}): string {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, 'package.json'), JSON.stringify({ name, private: true, ...described }));
  // The one of the checkout would lead to the sources.
  writeFileSync(join(path, 'tsconfig.json'), '{}\n');
  return path;
}

interface Described {
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
}

export function described(): Described {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Described;
}

/** The paths that `npm pack` puts into the package, by npm's own rules. */
export function packedFiles(): string[] {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const text = execFileSync('npm', args, {
    cwd: installed,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [packed] = JSON.parse(text) as [{ files: { path: string }[] }];
  return packed.files.map(({ path }) => path);
}

/** Packs the staged package. Returns the path of the file in `destination`. */
export function packInto(destination: string): string {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', destination];
  const text = execFileSync('npm', args, {
    cwd: installed,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [packed] = JSON.parse(text) as [{ filename: string }];
  return join(destination, packed.filename);
}

/** The compiled modules, relative to `dist`. Scripts for browsers import nothing. */
export function modules(): string[] {
  return readdirSync(join(installed, 'dist'), { recursive: true, encoding: 'utf8' }).filter(
    (path) => /\.m?js$/.test(path) && !/\/(client|room)\/main\.js$/.test(path),
  );
}
