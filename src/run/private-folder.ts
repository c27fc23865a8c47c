import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isGone, type ProcessIdentity, processIdentity } from '../kernel/process-identity.ts';

/** `fullhouse-private.<place>.<pid>.<since>.<six characters>`: whose it is, from its first moment on. */
const NAME = /^fullhouse-private\.([0-9a-f]{8})\.(\d+)\.([0-9a-f-]+)\.\w{6}$/;

export interface PrivateFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * A folder of this process that nobody else may read, for what must not outlive the run, such as traces with tokens in
 * them. Others may write into it; what they leave is gone with it.
 */
export async function openPrivateFolder(parent = tmpdir()): Promise<PrivateFolder> {
  const { place, pid, since } = processIdentity()!;
  // Readable by its owner alone.
  const path = await mkdtemp(join(parent, `fullhouse-private.${place}.${pid}.${since}.`));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}

/**
 * Removes the private folders of this user whose process was killed before it could. Those of processes that live, or
 * that cannot be seen from here, stay. Answers the paths that are gone.
 */
export async function removeOrphanedFolders(parent = tmpdir()): Promise<string[]> {
  const names = await readdir(parent).catch(() => []);
  const removed: string[] = [];
  for (const name of names) {
    const owner = ownerOf(name);
    const path = join(parent, name);
    if (owner === undefined || !isGone(owner) || !(await isOwn(path))) continue;
    const isRemoved = await rm(path, { recursive: true, force: true }).then(
      () => true,
      () => false, // Somebody else's inside it, or another run is at it: not worth a run.
    );
    if (isRemoved) removed.push(path);
  }
  return removed;
}

function ownerOf(name: string): ProcessIdentity | undefined {
  const [, place, pid, since] = NAME.exec(name) ?? [];
  return place && pid && since ? { place, pid: Number(pid), since } : undefined;
}

/** Anybody may put a link with such a name into a folder for all. */
async function isOwn(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === (process.getuid?.() ?? found.uid);
}
