// Usage: check-summary.mjs FOLDER SINCE. Checks the newest summary.json of a load run below FOLDER, which must have been
// written after SINCE (milliseconds since 1970): it must be there, say "passed", and its counts must add up.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const [folder, since] = process.argv.slice(2);
const sum = (counts) => counts.reduce((total, count) => total + count, 0);

const newest = summariesBelow(folder)
  .map((path) => ({ path, writtenAt: statSync(path).mtimeMs }))
  .filter(({ writtenAt }) => writtenAt >= Number(since))
  .sort((one, other) => other.writtenAt - one.writtenAt)[0];
if (!newest) {
  console.log(`No summary.json below ${folder} that this run has written.`);
  process.exit(1);
}
console.log(newest.path);

const wrong = mistakesIn(JSON.parse(readFileSync(newest.path, 'utf8')));
for (const mistake of wrong) console.log(`wrong: ${mistake}`);
process.exitCode = wrong.length > 0 ? 1 : 0;

function mistakesIn({ schema, verdict, reasons, totals, operations, latency, sessions, shares, timeline }) {
  const found = [];
  const same = (what, one, other) => {
    if (one !== other) found.push(`${what}: ${one} and ${other}`);
  };
  same('schema', schema, 'fullhouse/summary/1');
  same('verdict', verdict, 'passed');
  for (const reason of reasons) found.push(`reason: ${reason}`);

  const all = Object.entries(operations);
  const actions = all.filter(([, { kind }]) => kind === 'action');
  for (const [name, { total, outcomes }] of all) {
    same(`${name}, total and outcomes`, total, sum(Object.values(outcomes)) - (outcomes.aborted ?? 0));
  }
  const every = all.flatMap(([, { outcomes }]) => Object.values(outcomes));
  same('successful and failed, and total', totals.successful + totals.failed, totals.total);
  same('actions and total', sum(actions.map(([, { total }]) => total)), totals.total);
  same('seconds and total', sum(timeline.map(({ total }) => total)), totals.total);
  same('latencies and successes', latency?.count, totals.successful);
  same('what the shares recorded and all outcomes', sum(shares.map(({ recorded }) => recorded)), sum(every));
  const ended = sessions.completed + sum(Object.values(sessions.gaveUp)) + sessions.cutShort;
  same('sessions that started and that ended', sessions.started, ended);
  if (!(totals.total > 0)) found.push('nothing was measured');
  if (!(sessions.completed > 0)) found.push('no session was completed');
  if (shares.some(({ state }) => state !== 'finished')) found.push('a share did not finish');
  if (found.length === 0)
    console.log(`passed; ${totals.total} calls of ${sessions.started} sessions add up.`);
  return found;
}

/** reports/runs/RUN/summary.json, and one folder deeper where a run has several crowds. */
function summariesBelow(path, depth = 2) {
  const entries = readEntries(path);
  return entries.flatMap((entry) => {
    const child = join(path, entry.name);
    if (entry.isDirectory()) return depth > 0 ? summariesBelow(child, depth - 1) : [];
    return entry.name === 'summary.json' ? [child] : [];
  });
}

function readEntries(path) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}
