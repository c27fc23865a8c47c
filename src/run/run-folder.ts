import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
 * where texts of others enter, are looked for once more. Content that is long comes in pieces of whole lines.
 */
export async function writeRunFile(
  runId: string,
  name: string,
  content: string | Iterable<string>,
): Promise<string> {
  const path = join(runFolder(runId), name);
  await mkdir(dirname(path), { recursive: true });
  // Two processes that write the same file at once take turns at the end, and not within each other's text.
  const part = `${path}.${process.pid}.part`;
  try {
    await writeFile(part, shown(name, typeof content === 'string' ? [content] : content));
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return path;
}

function* shown(name: string, pieces: Iterable<string>): Generator<string> {
  for (const piece of pieces) yield finishedText(name, piece);
}
