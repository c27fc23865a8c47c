import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { orphanedFolders } from '../kernel/owned-folder.ts';

/** In the folder of a hook keeper (`hook-keeper.mjs`): the names of the commands that it still must run. */
const OWED_FILE = 'owed.json';

const owedSchema = z.array(z.string());

/**
 * A sentence for each command that a killed run could not run to start a part again, until a run has started and
 * removed the record. Only the user knows whether the part has been started since.
 */
export async function unpaidHooks(parent = tmpdir()): Promise<string[]> {
  const names = (await orphanedFolders('hook', parent)).flatMap(owedIn);
  return [...new Set(names)].map(
    (name) =>
      `A killed run could not run ${name}, so a part of the service may still be stopped. If it is, run that command by hand.`,
  );
}

function owedIn(folder: string): string[] {
  try {
    return owedSchema.parse(JSON.parse(readFileSync(join(folder, OWED_FILE), 'utf8')));
  } catch {
    return []; // it was killed before it wrote, so nothing was stopped yet
  }
}
