import type { ReporterDescription } from '@playwright/test';
import { currentRun, type Run } from '../config/environment.ts';
import { UserError } from '../kernel/errors.ts';
import { ownModule } from '../kernel/folders.ts';
import { blobFolder, blobName, htmlReporters } from '../run/report-folders.ts';
import { runFolder } from '../run/run-folder.ts';

/**
 * The reporters of a run, in their order, for a configuration that builds its own list. `defineFullhouse` adds them itself.
 * @param beside reporters of the team: they run before the last lines of the console
 * @throws {UserError} before `defineFullhouse` has prepared the run
 */
export function fullhouseReporters(beside: readonly ReporterDescription[] = []): ReporterDescription[] {
  const run = currentRun();
  if (run === undefined)
    throw new UserError('The reporters belong to a run. Call them after `await defineFullhouse(…)`.');
  return reportersOf(run, beside);
}

function reportersOf(run: Run, beside: readonly ReporterDescription[]): ReporterDescription[] {
  const folder = runFolder(run.id);
  return [
    [own('last-look')],
    [own('live')],
    [own('otlp')],
    [own('console')],
    [own('history')],
    [own('all-runs')],
    ['junit', { outputFile: `${folder}/junit.xml` }],
    [own('allure'), { folder }],
    // What Playwright's reports can be made of again, and what shards bring together.
    ['blob', { outputDir: blobFolder(run.id), fileName: blobName(run) }],
    ...htmlReporters(run.id),
    [own('one-copy'), { folder }],
    ...beside,
    // It prints the last lines of the console.
    [own('last-lines')],
    // The last one: at the end of the run it waits for its readers.
    [own('dashboard')],
  ];
}

/** The path of one of our reporters. */
function own(name: string): string {
  return ownModule(`src/reporters/${name}-reporter`);
}
