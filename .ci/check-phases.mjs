// Usage: check-phases.mjs HISTORY RUNS. Checks the newest run that is remembered in HISTORY, whose load was asked for the
// impossible: the load failed, the experiments and the benchmarks passed all the same, one phase after the other. When
// each phase was is read from the folder of the run below RUNS.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [history, runs] = process.argv.slice(2);
const wanted = { load: 'failed', chaos: 'passed', bench: 'passed' };

const records = jsonIn(history).sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
const runId = records.at(-1)?.runId;
const wrong = runId === undefined ? [`nothing is remembered in ${history}`] : mistakesIn(runId);
for (const mistake of wrong) console.log(`wrong: ${mistake}`);
if (wrong.length === 0)
  console.log(`${runId}: load, chaos and bench, one after the other, each with its verdict.`);
process.exitCode = wrong.length > 0 ? 1 : 0;

function mistakesIn(id) {
  const found = [];
  for (const [kind, verdict] of Object.entries(wanted)) {
    const record = records.find((one) => one.runId === id && one.kind === kind);
    if (record?.verdict !== verdict) {
      found.push(`${kind}: ${record?.verdict ?? 'not run'}, not ${verdict}`);
      for (const reason of record?.reasons ?? []) found.push(`  ${reason}`);
    }
  }
  if (found.length > 0) return found;
  const { run } = JSON.parse(readFileSync(join(runs, id, 'summary.json'), 'utf8'));
  const loadEnd = Date.parse(run.startedAt) + run.durationS * 1000;
  // Beside the journals lie the experiments' timings, which have no start.
  const journals = jsonIn(join(runs, id, 'chaos')).filter(({ start }) => start !== undefined);
  const [chaosStart, chaosEnd] = [
    Math.min(...journals.map(({ start }) => Date.parse(start))),
    Math.max(...journals.map(({ end }) => Date.parse(end))),
  ];
  const benchStart = Math.min(
    ...jsonIn(join(runs, id, 'bench')).map(({ startedAt }) => Date.parse(startedAt)),
  );
  if (!(loadEnd <= chaosStart)) found.push('the experiments began before the load had ended');
  if (!(chaosEnd <= benchStart)) found.push('the benchmarks began before the experiments had ended');
  return found;
}

function jsonIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}
