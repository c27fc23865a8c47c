import { UserError } from '../../kernel/errors.ts';
import { writeRunFile } from '../../run/run-folder.ts';
import { fileName } from '../evidence/file-name.ts';
import { keepCrowd } from '../evidence/keep.ts';
import type { Collected } from './collected.ts';
import { wholeCrowd } from './whole-crowd.ts';

/** Writes what was collected as the evidence of one run. Throws a UserError when there is nothing, or it fits not together. */
export async function keepCollected(collected: Collected, runId: string): Promise<void> {
  const { crowds, experiments, benchmarks } = collected;
  if (crowds.length + experiments.length + benchmarks.length === 0)
    throw new UserError('The blob reports hold neither a crowd nor an experiment nor a benchmark.');
  for (const parts of crowds) {
    const { schedule, targets, facts, mergedFrom, ...record } = wholeCrowd(parts, runId);
    await keepCrowd(record, { schedule, targets, facts, ...(mergedFrom ? { mergedFrom } : {}) });
  }
  for (const { journal, timings, ledger } of experiments) {
    const name = fileName(journal.experiment.tags[0] ?? journal.experiment.title).replaceAll('.', '-');
    await writeRunFile(runId, `chaos/${name}.json`, `${JSON.stringify(journal, null, 2)}\n`);
    if (timings) await writeRunFile(runId, `chaos/${name}.timings.json`, JSON.stringify(timings));
    if (ledger !== undefined) await writeRunFile(runId, `chaos/${name}.ledger.ndjson`, ledger);
  }
  for (const result of benchmarks)
    await writeRunFile(runId, `bench/${result.operation}.json`, `${JSON.stringify(result, null, 2)}\n`);
}
