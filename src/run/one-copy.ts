import { createHash } from 'node:crypto';
import {
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** Folders of reports that copy files of the run, below its folder. Nothing changes their files later. */
const COPYING = [join('html', 'data'), 'allure-results'];
/** Smaller files need no link. */
const LEAST_BYTES = 16 * 1024;

interface Found {
  readonly path: string;
  readonly bytes: number;
  readonly inode: number;
  readonly isCopy: boolean;
}

/**
 * Replaces the copies of files that Playwright's and Allure's reporters made in the folder of a run by hard links. The
 * copies stay if the file system has no hard links.
 */
export function linkCopies(folder: string): void {
  const sameSize = grouped(filesBelow(folder), ({ bytes }) => bytes);
  for (const files of sameSize.filter((all) => all.length > 1 && all.some(({ isCopy }) => isCopy))) {
    const originalsFirst = files.toSorted((one, other) => Number(one.isCopy) - Number(other.isCopy));
    for (const [original, ...others] of grouped(originalsFirst, digest))
      for (const { path } of others.filter(({ isCopy, inode }) => isCopy && inode !== original!.inode))
        if (!replaceByLink(path, original!.path)) return;
  }
}

/** Writes a file of the run once more, as a hard link where the file system has them. */
export function linkOrCopy(original: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  if (!replaceByLink(path, original)) copyFileSync(original, path);
}

function filesBelow(folder: string): Found[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries.flatMap((entry): Found[] => {
    if (!entry.isFile()) return [];
    const path = join(entry.parentPath, entry.name);
    const { size: bytes, ino: inode } = lstatSync(path);
    const place = relative(folder, path);
    const isCopy = COPYING.some((one) => place.startsWith(one + sep));
    return bytes < LEAST_BYTES ? [] : [{ path, bytes, inode, isCopy }];
  });
}

function grouped<One>(all: readonly One[], by: (one: One) => unknown): One[][] {
  const groups = new Map<unknown, One[]>();
  for (const one of all) {
    const key = by(one);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

function digest({ path }: Found): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function replaceByLink(path: string, original: string): boolean {
  const part = `${path}.${process.pid}.part`;
  try {
    linkSync(original, part);
    renameSync(part, path);
    // If both are links to one file already, a rename does nothing.
    rmSync(part, { force: true });
    return true;
  } catch {
    return false;
  }
}
