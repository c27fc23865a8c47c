// Usage: slowest-tests.mjs FILE. Prints the ten slowest tests from the file of Playwright's JSON reporter.
import { readFileSync } from 'node:fs';
import { testsIn } from './count-tests.mjs';
import { isMain } from './is-main.mjs';

/** Lines such as `  12.3 s  runs/healthy.test.ts › a load run › passes`, the slowest first. */
export function slowestTests(report, most = 10) {
  return testsIn(report)
    .sort((one, other) => other.seconds - one.seconds)
    .slice(0, most)
    .map(({ title, seconds }) => `${seconds.toFixed(1).padStart(6)} s  ${title}`);
}

if (isMain(import.meta)) {
  console.log('The slowest tests:');
  for (const line of slowestTests(JSON.parse(readFileSync(process.argv[2], 'utf8')))) console.log(line);
}
