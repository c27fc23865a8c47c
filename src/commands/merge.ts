import { constants, copyFileSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { commandWith } from '../kernel/command-arguments.ts';
import { UserError } from '../kernel/errors.ts';
import { fileFailure } from '../kernel/file-failure.ts';
import { enterProject, ownModule } from '../kernel/folders.ts';
import { openOwnedFolder } from '../kernel/owned-folder.ts';
import { playwrightCli } from '../kernel/playwright-package.ts';

/** The exit code of a merge that a signal ended. */
const INTERRUPTED = 130;

/** `npx fullhouse merge FOLDER …`: makes one run of the blob reports of all shards, and exits like this run. */
export const main = commandWith({
  name: 'npx fullhouse merge',
  options: ['reporter'],
  mostFiles: Number.POSITIVE_INFINITY,
  async run({ files, options: { reporter } }, io) {
    if (files.length === 0)
      throw new UserError('Name the folders with the blob reports: npx fullhouse merge reports/shards');
    const blobs = files.flatMap(blobsIn);
    refuseTwice(blobs);
    enterProject();
    // Playwright reads one folder, and unpacks the reports into it.
    const gathered = await openOwnedFolder('report');
    try {
      for (const path of blobs) copyInto(gathered.path, path);
      const reporters = reporter === undefined ? [] : ['--reporter', reporter];
      const args = ['merge-reports', '--config', ownModule('merge.config'), ...reporters, gathered.path];
      return (await io.node([playwrightCli(), ...args])) ?? INTERRUPTED;
    } finally {
      await gathered.remove();
    }
  },
});

/** The absolute paths of the blob reports in a folder. A blob report may also be named itself. @throws {UserError} */
function blobsIn(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined)
    throw new UserError(`There is no folder "${path}". Name a folder with blob reports.`);
  if (!found.isDirectory()) {
    if (path.endsWith('.zip')) return [resolve(path)];
    throw new UserError(`"${path}" is not a blob report (*.zip). Name a folder with blob reports.`);
  }
  const blobs = readdirSync(path).filter((name) => name.endsWith('.zip'));
  if (blobs.length > 0) return blobs.sort().map((name) => resolve(path, name));
  throw new UserError(
    `"${path}" has no blob report (*.zip). Each shard writes one: reports/runs/RUN/blob/RUN-1-of-3.zip`,
  );
}

/** A shard that counts twice would be a larger crowd. @throws {UserError} */
function refuseTwice(blobs: readonly string[]): void {
  for (const [index, path] of blobs.entries()) {
    const same = blobs.slice(0, index).find((other) => basename(other) === basename(path));
    if (same !== undefined)
      throw new UserError(`"${same}" and "${path}" are the same blob report. Name only one of them.`);
  }
}

function copyInto(folder: string, path: string): void {
  const copy = join(folder, basename(path));
  try {
    copyFileSync(path, copy, constants.COPYFILE_FICLONE);
  } catch (error) {
    throw fileFailure('written', copy, error);
  }
}
