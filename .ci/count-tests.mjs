// Usage: count-tests.mjs FILE. Prints "PASSED FAILED SKIPPED" from the file of Playwright's JSON reporter.
// A file that could not be loaded is a failure, and so is a test that passed only at a second try.
import { readFileSync } from 'node:fs';

const { stats, errors } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const counts = [stats.expected, stats.unexpected + stats.flaky + errors.length, stats.skipped];
// As a text: numbers are printed in colour where FORCE_COLOR is set.
console.log(counts.join(' '));
