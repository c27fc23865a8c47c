import { join } from 'node:path';
import { runFolder } from '../../run/run-folder.ts';

/** The folder with the Allure results of a run. */
export function allureResultsFolder(runId: string): string {
  return join(runFolder(runId), 'allure-results');
}

/** The folder with the Allure report of a run. */
export function allureReportFolder(runId: string): string {
  return join(runFolder(runId), 'allure');
}
