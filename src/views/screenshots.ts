import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../kernel/errors.ts';
import { runFolder, runIds } from '../run/run-folder.ts';
import { takePictures } from './pictures.ts';

function pageOf(run: string | undefined): string {
  const id = run ?? runIds().findLast((one) => existsSync(join(runFolder(one), 'index.html')));
  const page = join(runFolder(id ?? ''), 'index.html');
  if (id !== undefined && existsSync(page)) return page;
  throw new UserError(
    run === undefined
      ? 'No run has a page yet. Start a run with `npx playwright test`.'
      : `Run "${run}" has no page in reports/runs. Use a run with an index.html, or omit the run to use the last one.`,
  );
}

/** `npm run screenshots [-- <run>]`: from the named run, or from the last run with a page. */
await takePictures({
  name: 'performance-page',
  // The first screen and the first charts.
  size: { width: 1240, height: 1680 },
  open: async (tab) => await tab.goto(pathToFileURL(pageOf(process.argv[2])).href),
});
