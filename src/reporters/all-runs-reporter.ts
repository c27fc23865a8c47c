import type { Reporter } from '@playwright/test/reporter';
import { currentRun } from '../config/environment.ts';
import { type WrittenPage, writeAllRuns } from '../views/all-runs/write.ts';

let written: WrittenPage = {};

/** What was written, for the end of the console output. A page that could not be written changes no verdict. */
export function writtenAllRuns(): WrittenPage {
  return written;
}

/**
 * Makes `reports/index.html` again at the end of a run. It stands after the console reporter, which publishes the reports of
 * the run, and after the history reporter.
 */
export default class AllRunsReporter implements Reporter {
  async onEnd(): Promise<void> {
    if (!currentRun()) return;
    written = await writeAllRuns();
  }
}
