import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { test as base } from '@playwright/test';
import type { Summary } from '../../../src/results/summary/schema.ts';
import { runFolder } from '../../../src/run/run-folder.ts';
import { Run } from './run.ts';

/** A finished load run on a healthy service. Tests share it, so they must not change its files. */
export interface RecordedRun {
  readonly id: string;
  readonly code: number | null;
  readonly output: string;
  readonly summary: Summary;
  /** The folder of its files. */
  readonly folder: string;
  readonly htmlFolder: string;
  /** Its processes while participants were active, by pid. */
  readonly processes: ReadonlyMap<number, string>;
}

export const test = base.extend<object, { recordedRun: RecordedRun }>({
  recordedRun: [
    async ({}, use, { project }) => {
      const htmlFolder = join(project.outputDir, `recorded-html-${randomUUID()}`);
      const load = new Run({ PLAYWRIGHT_HTML_OUTPUT_DIR: htmlFolder });
      await load.prints('meeting-sessions');
      const processes = load.descendants;
      const { code, output, summary } = await load.end();
      if (!summary) throw new Error(`The run left no summary:\n${output}`);
      const { id } = summary.run;
      await use({ id, code, output, summary, htmlFolder, processes, folder: runFolder(id) });
    },
    { scope: 'worker', timeout: 180_000 },
  ],
});

export { expect } from '@playwright/test';
