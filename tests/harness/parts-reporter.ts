import type { Reporter, Suite, TestCase, TestResult } from '@playwright/test/reporter';

/** Says when the tests of parts are through, minutes before the whole runs are. */
export default class PartsReporter implements Reporter {
  readonly #began = performance.now();
  readonly #counts = { passed: 0, failed: 0, skipped: 0 };
  #left = 0;

  onBegin(_: unknown, suite: Suite): void {
    this.#left = suite.allTests().filter(isOfParts).length;
  }

  onTestEnd(test: TestCase, { status }: TestResult): void {
    if (!isOfParts(test)) return;
    this.#left -= 1;
    this.#counts[status === 'skipped' ? 'skipped' : test.ok() ? 'passed' : 'failed'] += 1;
    if (this.#left > 0) return;
    const { passed, failed, skipped } = this.#counts;
    const seconds = Math.round((performance.now() - this.#began) / 1000);
    console.log(
      `\nUnit and service tests: ${passed} passed, ${failed} failed, ${skipped} skipped, in ${seconds} s.\n`,
    );
  }

  printsToStdio(): boolean {
    return false;
  }
}

function isOfParts(test: TestCase): boolean {
  return test.parent.project()?.name === 'parts';
}
