/** What Playwright says for each part of a run that its time limit (`--global-timeout`) has ended. */
const TIMED_OUT = /^Timed out waiting [\d.]+s for the .+ to run$/;

export function isTimeLimitError(message: string): boolean {
  return TIMED_OUT.test(message);
}

/**
 * What happened and what to do instead: Playwright leaves out the tear-down of a run that has reached its limit.
 * @param limitMs of the whole run; 0 where it is not known
 */
export function timeLimitReached(limitMs: number): string {
  const limit = limitMs === 0 ? '' : ` (--global-timeout=${limitMs})`;
  const seconds = limitMs === 0 ? '<seconds>' : Math.ceil(limitMs / 1000);
  return `The run was ended by its time limit${limit}, without waiting for its participants. Use a longer limit, or \`timeout --signal INT ${seconds} npx playwright test …\`, with which participants leave and the run is reported.`;
}
