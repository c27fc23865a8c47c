import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

/** Writes a file of the run whole or not at all: a reader never sees half of it. */
export async function writeRunFile(runId: string, name: string, content: string): Promise<string> {
  const path = join(runFolder(runId), name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.part`, content);
  await rename(`${path}.part`, path);
  return path;
}
