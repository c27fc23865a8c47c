import type { Reporter } from '@playwright/test/reporter';

let lines: () => void = () => undefined;

/** Lets the console reporter print its last lines after those of Playwright's reporters. */
export function printLast(print: () => void): void {
  lines = print;
}

/** After Playwright's own reporters, which print to a terminal at their end: the last lines of a run are its answer. */
export default class LastLinesReporter implements Reporter {
  onExit(): Promise<void> {
    lines();
    return Promise.resolve();
  }

  printsToStdio(): boolean {
    return true;
  }
}
