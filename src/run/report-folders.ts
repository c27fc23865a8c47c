import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { ReporterDescription } from '@playwright/test';
import type { Run } from '../config/environment.ts';
import { ownModule } from '../kernel/folders.ts';
import { runFolder, runIds } from './run-folder.ts';

/** The folder of the blob report of a run: its tests, their output and attachments, in Playwright's format. */
export function blobFolder(runId: string): string {
  return join(runFolder(runId), 'blob');
}

/** The file of a run's blob report. Files of several runs, and of all shards of one run, can share a folder. */
export function blobName({ id, shard }: Pick<Run, 'id' | 'shard'>): string {
  return shard.of === 1 ? `${id}.zip` : `${id}-${shard.index}-of-${shard.of}.zip`;
}

/** The folder of Playwright's HTML report: in the folder of the run, so that a parallel run does not clear it. */
export function htmlFolder(runId: string): string {
  return join(runFolder(runId), 'html');
}

/** The folder of the newest HTML report; undefined without one. */
export function lastHtmlFolder(): string | undefined {
  const made = runIds().flatMap((id) => {
    const folder = htmlFolder(id);
    const page = statSync(join(folder, 'index.html'), { throwIfNoEntry: false });
    return page === undefined ? [] : [{ folder, at: page.mtimeMs }];
  });
  return made.sort((one, other) => other.at - one.at)[0]?.folder;
}

/** Playwright's HTML report. These reporters are after all others that read titles, annotations and attachments. */
export function htmlReporters(runId: string): ReporterDescription[] {
  const outputFolder = htmlFolder(runId);
  return [
    [
      ownModule('src/reporters/html-notes-reporter'),
      { folder: runFolder(runId), runId, htmlFolder: outputFolder },
    ],
    // Steps and targets are calls of the harness: their code explains nothing. Errors of a test keep their code.
    ['html', { outputFolder, open: 'never', noSnippets: true, noCopyPrompt: true }],
  ];
}
