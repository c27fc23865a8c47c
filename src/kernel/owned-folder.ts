import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isGone, ownerIn, ownerName, type ProcessIdentity } from './process-identity.ts';

/** `fullhouse-<kind>.<owner>.<six characters>`: the name contains the owner of the folder. */
const NAME = /^fullhouse-(?<kind>[a-z]+)\.(?<owner>.+)\.\w{6}$/;

/** A killed process may still write while its folder is being removed. */
const TRIES = 5;

/** The part of an owned folder with links to folders that are removed with it. */
const ELSEWHERE = 'elsewhere';

/**
 * Makes a temporary folder that belongs to this process. No other user may read it. Other processes may write into it, and
 * their files are removed with it. It is removed at the latest when this process ends; if this process is killed, the next
 * run removes it.
 */
export async function openOwnedFolder(kind: FolderKind, parent = tmpdir()) {
  const path = await mkdtemp(join(parent, `fullhouse-${kind}.${ownerName()}.`));
  const removeAtExit = () => rmSync(path, { recursive: true, force: true });
  process.once('exit', removeAtExit);
  return {
    path,
    async remove() {
      await removeOwned(path);
      process.off('exit', removeAtExit);
    },
  };
}

/** `private`: traces with tokens. `report` and `allure`: the input of a report. The service also uses `postgres`. */
type FolderKind = 'private' | 'report' | 'allure';

/** The path for a folder of another process: that process makes the folder, and the next run removes it. */
export function folderOf(kind: 'hook', owner: ProcessIdentity, parent = tmpdir()): string {
  return join(parent, `fullhouse-${kind}.${ownerName(owner)}.${randomBytes(3).toString('hex')}`);
}

/** The folders of one kind and of this user whose process has ended. */
export async function orphanedFolders(kind: 'hook', parent = tmpdir()): Promise<string[]> {
  return (await orphans(parent)).filter((path) => NAME.exec(basename(path))?.groups?.kind === kind);
}

/**
 * Removes the folders of this user whose process has ended, and returns their paths. Folders of living processes, of other
 * users and of invisible processes (on other machines and in other containers) stay. `failed` receives folders that could
 * not be removed.
 */
export async function removeOrphanedFolders(
  parent = tmpdir(),
  failed: (path: string, error: NodeJS.ErrnoException) => void = () => undefined,
): Promise<string[]> {
  const removed: string[] = [];
  for (const path of await orphans(parent)) {
    try {
      await removeOwned(path);
      removed.push(path);
    } catch (error) {
      // Another run may also remove the folder; a file of another user in it must not end this run.
      if (await isOwn(path)) failed(path, error as NodeJS.ErrnoException);
    }
  }
  return removed;
}

/**
 * Removes a folder of another program, such as a browser profile, together with an owned folder.
 * @param path is absolute
 */
export async function alsoRemove(path: string, owned: string): Promise<void> {
  const links = join(owned, ELSEWHERE);
  await mkdir(links, { recursive: true });
  await symlink(path, join(links, basename(path))).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

async function orphans(parent: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(parent).catch(() => [])) {
    const owner = ownerIn(NAME.exec(name)?.groups?.owner ?? '');
    const path = join(parent, name);
    if (owner !== undefined && isGone(owner) && (await isOwn(path))) found.push(path);
  }
  return found;
}

async function removeOwned(path: string): Promise<void> {
  const links = join(path, ELSEWHERE);
  for (const name of await readdir(links).catch(() => [])) {
    const elsewhere = await readlink(join(links, name));
    if (await isOwn(elsewhere)) await rm(elsewhere, { recursive: true, force: true, maxRetries: TRIES });
  }
  await rm(path, { recursive: true, force: true, maxRetries: TRIES });
}

/** Any user can make a link with such a name in a shared temporary folder. */
async function isOwn(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === (process.getuid?.() ?? found.uid);
}
