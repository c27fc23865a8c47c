// Usage: count-tests.mjs FILE. Prints "PASSED FAILED SKIPPED" from the file of Playwright's JSON reporter. Prints tests
// with more than one attempt on stderr, and counts them as failed, because tests are not retried. A file that did not
// load also counts as a failure.
import { readFileSync } from 'node:fs';
import { isMain } from './is-main.mjs';

/** The tests of a JSON report. `title` includes the file and the groups. */
export function testsIn({ suites = [] }) {
  return suites.flatMap((suite) => inSuite(suite, []));
}

function inSuite({ title, specs = [], suites = [] }, above) {
  const path = [...above, title];
  return [
    ...specs.flatMap((spec) =>
      spec.tests.map(({ status, results }) => ({
        title: [...path, spec.title].join(' › '),
        status,
        attempts: results.length,
        seconds: results.reduce((total, { duration }) => total + duration, 0) / 1000,
      })),
    ),
    ...suites.flatMap((inner) => inSuite(inner, path)),
  ];
}

export function countTests(report) {
  const tests = testsIn(report);
  const passed = tests.filter(({ status, attempts }) => status === 'expected' && attempts === 1).length;
  const skipped = tests.filter(({ status, attempts }) => status === 'skipped' && attempts <= 1).length;
  return {
    passed,
    failed: tests.length - passed - skipped + report.errors.length,
    skipped,
    retried: tests.filter(({ attempts }) => attempts > 1).map(({ title }) => title),
  };
}

if (isMain(import.meta)) {
  const { passed, failed, skipped, retried } = countTests(JSON.parse(readFileSync(process.argv[2], 'utf8')));
  // Prints a text, because Node prints numbers in colour with FORCE_COLOR.
  console.log([passed, failed, skipped].join(' '));
  for (const title of retried) console.error(`More than one attempt, which counts as failed: ${title}`);
}
