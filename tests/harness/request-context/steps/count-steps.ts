import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';

/** Prints one line of JSON: the number of recorded API steps per test title. */
export default class CountSteps implements Reporter {
  readonly #counts: Record<string, number> = {};

  printsToStdio(): boolean {
    return true;
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    const calls = result.steps.filter(
      ({ category, title }) => category === 'pw:api' && !/context$/i.test(title),
    );
    this.#counts[test.title] = result.status === 'passed' ? calls.length : -1;
  }

  onEnd(): void {
    console.log(JSON.stringify(this.#counts));
  }
}
