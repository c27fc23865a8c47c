import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isGone, ownerIn, ownerName, type ProcessIdentity } from './process-identity.ts';

/** `fullhouse-<kind>.<owner>.<six characters>`: the name has the owner of the folder from the start. */
const NAME = /^fullhouse-(?<kind>[a-z]+)\.(?<owner>.+)\.\w{6}$/;

/** A process that is killed may still write while its folder is being removed. */
const TRIES = 5;

/** Below an owned folder: links to folders that are removed with it. */
const ELSEWHERE = 'elsewhere';

export interface OwnedFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Makes a temporary folder that belongs to this process. No other user may read it. Other processes may write into it;
 * their files are removed with it. It is removed at the end of this process at the latest; if this process is killed, the
 * next run removes it.
 */
export async function openOwnedFolder(kind: FolderKind, parent = tmpdir()): Promise<OwnedFolder> {
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

/** `private`: traces with tokens; `report`, `allure`: what a report is made from. The service has `postgres`. */
type FolderKind = 'private' | 'report' | 'allure';

/** Where a folder of a process that has just started will be: that process makes it, and the next run removes it. */
export function folderOf(kind: 'hook', owner: ProcessIdentity, parent = tmpdir()): string {
  return join(parent, `fullhouse-${kind}.${ownerName(owner)}.${randomBytes(3).toString('hex')}`);
}

/** The folders of one kind, of this user, whose process no longer lives. */
export async function orphanedFolders(kind: 'hook', parent = tmpdir()): Promise<string[]> {
  return (await orphans(parent)).filter((path) => NAME.exec(basename(path))?.groups?.kind === kind);
}

/**
 * Removes the folders of this user whose process no longer lives. Folders of living processes, of other users and of
 * processes that are not visible from here (other machines and containers) stay. Returns the paths that it
 * removed; `failed` gets those that are still there.
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
      // Another run may be removing it too; a file of another user inside must not end this run.
      if (await isOwn(path)) failed(path, error as NodeJS.ErrnoException);
    }
  }
  return removed;
}

/**
 * Adds a folder that another program made elsewhere, such as the profile of a browser: it is removed with this one.
 * `path` is absolute.
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

/** In a folder that all users may write to, any user can make a link with such a name. */
async function isOwn(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === (process.getuid?.() ?? found.uid);
}
