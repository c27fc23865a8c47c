import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeHistory } from '../checks/catalogue.ts';
import { isAgainst } from '../checks/check.ts';
import { fromNdjson } from '../checks/ledger.ts';
import type { CommandIo } from '../kernel/command.ts';
import { UserError } from '../kernel/errors.ts';
import { runFolder, runIds } from '../run/run-folder.ts';
import type { Journal } from './journal.ts';
import { findingLines } from './report.ts';

/**
 * `npm run recheck -- <run>`: judges the kept histories of a run again, offline, by the checks that its journals name.
 * Without a run, the last one that has experiments. Exits 1 when a check does not pass.
 */
export async function main([id]: readonly string[], io: CommandIo): Promise<number> {
  const folder = join(runFolder(id ?? lastRun()), 'chaos');
  if (!existsSync(folder))
    throw new UserError(`Run "${id}" has no experiments. Use one of: ${runsWithExperiments().join(', ')}.`);
  let passed = true;
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ledger.ndjson'))) {
    const entries = fromNdjson(readFileSync(join(folder, file), 'utf8'));
    const journal = JSON.parse(
      readFileSync(join(folder, file.replace('.ledger.ndjson', '.json')), 'utf8'),
    ) as Journal;
    io.out(`\n${journal.experiment.title} (${entries.length} entries)`);
    for (const { finding, ...named } of journal.fullhouse.checks) {
      const again = judgeHistory(named, entries);
      passed &&= !isAgainst(again);
      const changed = again.verdict === finding.verdict ? [] : [`   then it was ${finding.verdict}`];
      io.out([...findingLines(again), ...changed].join('\n'));
    }
  }
  return passed ? 0 : 1;
}

function runsWithExperiments(): string[] {
  return runIds().filter((id) => existsSync(join(runFolder(id), 'chaos')));
}

function lastRun(): string {
  const last = runsWithExperiments().at(-1);
  if (last === undefined) throw new UserError('No run has experiments yet. Make one with `npm run chaos`.');
  return last;
}
