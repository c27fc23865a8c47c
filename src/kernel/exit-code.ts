/** The exit code of a run by its verdict. Playwright itself knows only passed, failed and interrupted. */
export const exitCodes = {
  passed: 0,
  failed: 1,
  inconclusive: 2,
  interrupted: 130,
} as const;

/** Lets the process end with the code of an inconclusive run where Playwright ends it as a failed one. */
export function endInconclusive(main: Pick<NodeJS.Process, 'once' | 'exitCode'> = process): void {
  main.once('exit', (code) => {
    if (code === exitCodes.failed) main.exitCode = exitCodes.inconclusive;
  });
}
