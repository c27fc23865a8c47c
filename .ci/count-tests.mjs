// Usage: count-tests.mjs FILE. Prints "PASSED FAILED SKIPPED" from the file of Playwright's JSON reporter, and on
// stderr the tests that passed at a second try only. A file that could not be loaded is a failure.
import { readFileSync } from 'node:fs';

const { stats, errors, suites = [] } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const counts = [stats.expected + stats.flaky, stats.unexpected + errors.length, stats.skipped];
// As a text: numbers are printed in colour where FORCE_COLOR is set.
console.log(counts.join(' '));
for (const title of suites.flatMap((suite) => flaky(suite, [])))
  console.error(`Passed at a second try only: ${title}`);

function flaky({ title, specs = [], suites: inner = [] }, above) {
  const path = [...above, title];
  return [
    ...specs
      .filter(({ tests }) => tests.some(({ status }) => status === 'flaky'))
      .map((spec) => [...path, spec.title].join(' › ')),
    ...inner.flatMap((suite) => flaky(suite, path)),
  ];
}
