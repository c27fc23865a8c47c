import { existsSync, readdirSync } from 'node:fs';
import { appendFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileFailure } from '../kernel/file-failure.ts';
import { finishedText } from '../kernel/finished-text.ts';

const reports = fileURLToPath(new URL('../../reports/', import.meta.url));

/** The folder of one run's own files. */
export function runFolder(runId: string): string {
  return join(reports, 'runs', runId);
}

/** The runs that are kept, the oldest first: their ids begin with their time. */
export function runIds(): string[] {
  const folder = join(reports, 'runs');
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/**
 * Writes a file of the run whole or not at all: a reader never sees half of it. Tokens and secrets, which are left out
 * where texts of others enter, are looked for once more. Content that is long comes in pieces of whole lines. Throws a
 * FileFailure where the system does not let it write.
 */
export async function writeRunFile(
  runId: string,
  name: string,
  content: string | Iterable<string>,
): Promise<string> {
  const path = join(runFolder(runId), name);
  // Two processes that write the same file at once take turns at the end, and not within each other's text.
  const part = `${path}.${process.pid}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(part, shown(name, typeof content === 'string' ? [content] : content));
    await rename(part, path);
  } catch (error) {
    // What keeps it from being written may keep it from being removed as well.
    await rm(part, { force: true }).catch(() => undefined);
    throw fileFailure('written', path, error);
  }
  return path;
}

/**
 * Adds whole lines to a file of the run, which is made with the first ones. A reader may see the last line cut; a process
 * that ends, however it ends, loses none that was added. Throws a FileFailure where the system does not let it write.
 */
export async function appendRunFile(runId: string, name: string, lines: string): Promise<void> {
  const path = join(runFolder(runId), name);
  try {
    await mkdir(dirname(path), { recursive: true });
    await appendFile(path, finishedText(name, lines));
  } catch (error) {
    throw fileFailure('written', path, error);
  }
}

function* shown(name: string, pieces: Iterable<string>): Generator<string> {
  for (const piece of pieces) yield finishedText(name, piece);
}
