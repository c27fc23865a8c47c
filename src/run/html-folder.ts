import { statSync } from 'node:fs';
import { join } from 'node:path';
import { runFolder, runIds } from './run-folder.ts';

/** Where Playwright's HTML report of a run is: in its folder, so that a run which goes on beside it does not clear it. */
export function htmlFolder(runId: string): string {
  return join(runFolder(runId), 'html');
}

/** The folder of the HTML report that was made last; undefined where no report was made. */
export function lastHtmlFolder(): string | undefined {
  const made = runIds().flatMap((id) => {
    const folder = htmlFolder(id);
    const page = statSync(join(folder, 'index.html'), { throwIfNoEntry: false });
    return page === undefined ? [] : [{ folder, at: page.mtimeMs }];
  });
  return made.sort((one, other) => other.at - one.at)[0]?.folder;
}
