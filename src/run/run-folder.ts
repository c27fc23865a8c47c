import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { appendFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileFailure } from '../kernel/file-failure.ts';
import { projectFolder } from '../kernel/folders.ts';
import { lastLook } from '../kernel/secrets.ts';

/** For example `20261123-141516-x7f3`: sorts by time, and is short for user ids, which have at most 36 characters. */
export function newRunId(): string {
  const [date, time] = new Date().toISOString().split('T') as [string, string];
  return `${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${randomBytes(2).toString('hex')}`;
}

/** The folder of one run's own files. */
export function runFolder(runId: string): string {
  return join(projectFolder(), 'reports', 'runs', runId);
}

/** The runs that are kept, the oldest first: their ids begin with their time. */
export function runIds(): string[] {
  const folder = join(projectFolder(), 'reports', 'runs');
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/**
 * Writes a file of the run completely or not at all: a reader never sees half of it. Tokens and secrets, which are
 * redacted where foreign text enters, are searched for once more. Long content comes in chunks of whole lines. Throws a
 * FileFailure if the system refuses the write.
 */
export async function writeRunFile(
  runId: string,
  name: string,
  content: string | Iterable<string>,
): Promise<string> {
  const path = join(runFolder(runId), name);
  // The rename prevents two processes that write the same file at once from mixing their texts.
  const part = `${path}.${process.pid}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(part, typeof content === 'string' ? lastLook(content) : shown(content));
    await rename(part, path);
  } catch (error) {
    // The cause of the failed write may also prevent the removal.
    await rm(part, { force: true }).catch(() => undefined);
    throw fileFailure('written', path, error);
  }
  return path;
}

/**
 * Appends whole lines to a file of the run, creating it if needed. A reader may see the last line cut; a process
 * that ends or is killed loses no appended line. Throws a FileFailure if the system refuses the write.
 */
export async function appendRunFile(runId: string, name: string, lines: string): Promise<void> {
  const path = join(runFolder(runId), name);
  try {
    await mkdir(dirname(path), { recursive: true });
    await appendFile(path, lastLook(lines));
  } catch (error) {
    throw fileFailure('written', path, error);
  }
}

function* shown(pieces: Iterable<string>): Generator<string> {
  for (const piece of pieces) yield lastLook(piece);
}
