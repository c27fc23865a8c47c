/** Playwright's message for each part of a run that its time limit (`--global-timeout`) ended. */
const TIMED_OUT = /^Timed out waiting [\d.]+s for the .+ to run$/;

export function isTimeLimitError(message: string): boolean {
  return TIMED_OUT.test(message);
}

/** Playwright's message for a command line that selects no test, or only files with an error. */
export function isNoTestsError(message: string): boolean {
  return message.startsWith('No tests found');
}

/**
 * The message for a run that reached its time limit. Playwright skips the teardown of such a run.
 * @param limitMs of the whole run; 0 if it is unknown
 */
export function timeLimitReached(limitMs: number): string {
  const limit = limitMs === 0 ? '' : ` (--global-timeout=${limitMs})`;
  const seconds = limitMs === 0 ? '<seconds>' : Math.ceil(limitMs / 1000);
  return `The run reached its time limit${limit} and ended without waiting for its participants. Use a longer limit, or \`timeout --signal INT ${seconds} npx playwright test …\`: participants then leave, and the run is reported.`;
}
