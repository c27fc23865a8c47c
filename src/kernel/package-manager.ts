import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** What installs the packages of a team's repository. */
export type PackageManager = 'npm' | 'pnpm' | 'yarn';

const lockFiles: Readonly<Record<string, PackageManager>> = {
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
  'pnpm-lock.yaml': 'pnpm',
  'pnpm-workspace.yaml': 'pnpm',
  'yarn.lock': 'yarn',
};

interface Place {
  /** The folder with the package.json of the team. Without it: the working folder. */
  readonly folder?: string;
  /** Package managers announce themselves to the programs that they start. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * The package manager of a folder: the one that the nearest package.json or lock file names, in this folder or above it;
 * else the one that started this process; else npm.
 */
export function packageManagerOf({ folder = '.', environment = process.env }: Place = {}): PackageManager {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const found = namedIn(at) ?? lockedIn(at);
    if (found !== undefined) return found;
    // A lock file above the repository belongs to something else.
    if (existsSync(join(at, '.git')) || at === dirname(at)) break;
  }
  return known(environment.npm_config_user_agent) ?? 'npm';
}

/** The program and its arguments that add packages to a folder as development dependencies, such as `['npm', 'install', …]`. */
export function addArguments(packages: readonly string[], place: Place = {}): [PackageManager, ...string[]] {
  const manager = packageManagerOf(place);
  const folder = resolve(place.folder ?? '.');
  if (manager === 'npm') return [manager, 'install', '--save-dev', ...packages];
  // The root of a workspace refuses packages without this option.
  const isRoot =
    manager === 'pnpm' ? existsSync(join(folder, 'pnpm-workspace.yaml')) : isClassicWorkspace(folder);
  const root = isRoot ? [manager === 'pnpm' ? '--workspace-root' : '--ignore-workspace-root-check'] : [];
  return [manager, 'add', manager === 'pnpm' ? '--save-dev' : '--dev', ...root, ...packages];
}

/** The same as text for a shell: `npm install --save-dev fastify@5 "pg@^8.23.1"`. */
export function addCommand(packages: readonly string[], place: Place = {}): string {
  return addArguments(packages, place)
    .map((word) => (/^[\w@/.:+-]+$/.test(word) ? word : `"${word}"`))
    .join(' ');
}

/** `packageManager` of package.json: `pnpm@10.1.0`. */
function namedIn(folder: string): PackageManager | undefined {
  return known(describedIn(folder)?.packageManager);
}

function lockedIn(folder: string): PackageManager | undefined {
  const [, manager] = Object.entries(lockFiles).find(([file]) => existsSync(join(folder, file))) ?? [];
  return manager;
}

/** Only Yarn 1 refuses packages in the root of a workspace, and has an option for them. */
function isClassicWorkspace(folder: string): boolean {
  return describedIn(folder)?.workspaces !== undefined && isClassicYarn(folder);
}

/** Whether a lock file is that of Yarn 1, whose options differ from those of later versions. */
export function isClassicYarn(folder: string): boolean {
  try {
    return readFileSync(join(folder, 'yarn.lock'), 'utf8').includes('# yarn lockfile v1');
  } catch {
    return false;
  }
}

/** Undefined without a package.json that can be read: this only looks for hints. */
function describedIn(folder: string): { packageManager?: unknown; workspaces?: unknown } | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) ?? undefined;
  } catch {
    return undefined;
  }
}

/** `pnpm/10.1.0 npm/? node/v22` or `pnpm@10.1.0` */
function known(text: unknown): PackageManager | undefined {
  if (typeof text !== 'string') return undefined;
  return (['npm', 'pnpm', 'yarn'] as const).find((name) => new RegExp(`^${name}[/@]`).test(text));
}
