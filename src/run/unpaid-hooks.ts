import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { orphanedFolders } from '../kernel/owned-folder.ts';

/** In the folder of a hook keeper (`hook-keeper.mjs`): the names of the commands that it owes, while it owes some. */
const OWED_FILE = 'owed.json';

const owedSchema = z.array(z.string());

/**
 * What runs have stopped that were killed with everything that would have started it again: a sentence for each, until a
 * run has begun and removed the record. Nobody but the user knows whether it was started since.
 */
export async function unpaidHooks(parent = tmpdir()): Promise<string[]> {
  const names = (await orphanedFolders('hook', parent)).flatMap(owedIn);
  return [...new Set(names)].map(
    (name) =>
      `A run that was killed may have left something stopped, because it could not run ${name}. Run that command by hand if it is still stopped.`,
  );
}

function owedIn(folder: string): string[] {
  try {
    return owedSchema.parse(JSON.parse(readFileSync(join(folder, OWED_FILE), 'utf8')));
  } catch {
    return []; // it was killed before it had written, and then nothing was stopped yet
  }
}
