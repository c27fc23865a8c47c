import { join } from 'node:path';
import { runFolder } from '../../run/run-folder.ts';

/** Where the results of a run lie that Allure makes its report of. */
export function allureResultsFolder(runId: string): string {
  return join(runFolder(runId), 'allure-results');
}

/** Where the report of a run is made. */
export function allureReportFolder(runId: string): string {
  return join(runFolder(runId), 'allure');
}
