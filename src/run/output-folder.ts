import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileFailure, fileFailure } from '../kernel/file-failure.ts';
import { openOwnedFolder } from '../kernel/owned-folder.ts';
import { runFolder } from './run-folder.ts';

/** The output folder of Playwright and its workers: in the folder of the run, so that two runs do not share it. */
export function outputFolder(runId: string): string {
  return join(runFolder(runId), 'test-results');
}

/**
 * A temporary folder if the output folder cannot be created; undefined otherwise. Playwright creates a folder in it for
 * each worker, and fails before any measurement if it cannot. This process removes the temporary folder at its end.
 * Throws a FileFailure if no temporary folder can be created either.
 */
export async function temporaryOutputFolder(runId: string, parent = tmpdir()): Promise<string | undefined> {
  const failure = whyNotMade(outputFolder(runId));
  if (failure === undefined) return undefined;
  const folder = await openOwnedFolder('private', parent).catch((error: unknown) => {
    throw fileFailure('written', parent, error);
  });
  return join(folder.path, 'test-results');
}

/** Tries to create the folder, then removes it: a run that only lists its tests has no folder. */
function whyNotMade(folder: string): FileFailure | undefined {
  try {
    const made = mkdirSync(folder, { recursive: true });
    if (made !== undefined) rmSync(made, { recursive: true });
    return undefined;
  } catch (error) {
    const failure = fileFailure('written', folder, error);
    if (failure instanceof FileFailure) return failure;
    throw error;
  }
}
