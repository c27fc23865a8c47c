import { decisiveSettings } from '../../history/new-record.ts';
import { UserError } from '../../kernel/errors.ts';
import { groupedFailures } from '../../kernel/file-failure.ts';
import { fileName } from '../../kernel/file-name.ts';
import { writeRunFile } from '../../run/run-folder.ts';
import type { CrowdEvidence } from '../evidence/crowd-evidence.ts';
import { keepCrowd, keepFacts } from '../evidence/keep.ts';
import { keepCarried } from './carried-exemplars.ts';
import type { Collected, CollectedAnswer, CollectedBenchmark, CollectedExperiment } from './collected.ts';
import { mergedFacts, settingsThatDiffer } from './merged-facts.ts';
import { wholeCrowd } from './whole-crowd.ts';

/**
 * Writes the collected attachments as the evidence of one run; returns its crowds. Throws a UserError if there are
 * none, or if they do not fit together.
 */
export async function keepCollected(collected: Collected, runId: string): Promise<CrowdEvidence[]> {
  const { crowds: parts, answers, experiments, benchmarks } = collected;
  if (parts.length + answers.length + experiments.length + benchmarks.length === 0)
    throw new UserError(
      'The blob reports contain no crowd, conduct answer, experiment or benchmark. Run a phase, then merge its blob reports.',
    );
  const crowds = parts.map((one) => wholeCrowd(one, runId));
  const mistakes = [
    ...misfits('question', answers, ({ answered }) => answered.id),
    ...misfits('experiment', experiments, nameOf),
    ...misfits('benchmark', benchmarks, ({ result }) => result.operation),
  ];
  if (mistakes.length > 0) throw new UserError(mistakes.join('\n'));
  for (const crowd of crowds) {
    const { schedule, targets, facts, mergedFrom, ...record } = crowd;
    const context = { schedule, targets, facts, ...(mergedFrom ? { mergedFrom } : {}) };
    const { failures } = await keepCrowd(record, context);
    if (failures.length > 0) throw new UserError(groupedFailures(failures).join('\n'));
    await keepCarried(runId, collected.exemplarsOf(crowd.name));
  }
  const facts = [...answers, ...experiments, ...benchmarks].flatMap((one) => one.facts ?? []);
  if (facts.length > 0) await keepFacts(mergedFacts(facts, runId));
  for (const { answered } of answers)
    await writeRunFile(
      runId,
      `conduct/${fileName(answered.id)}.json`,
      `${JSON.stringify(answered, null, 2)}\n`,
    );
  for (const experiment of experiments) await keepExperiment(experiment, runId);
  for (const { result } of benchmarks)
    await writeRunFile(runId, `bench/${result.operation}.json`, `${JSON.stringify(result, null, 2)}\n`);
  return crowds;
}

async function keepExperiment(experiment: CollectedExperiment, runId: string): Promise<void> {
  const { journal, timings, ledger } = experiment;
  const name = nameOf(experiment);
  await writeRunFile(runId, `chaos/${name}.json`, `${JSON.stringify(journal, null, 2)}\n`);
  if (timings) await writeRunFile(runId, `chaos/${name}.timings.json`, JSON.stringify(timings));
  if (ledger !== undefined) await writeRunFile(runId, `chaos/${name}.ledger.ndjson`, ledger);
}

function nameOf({ journal: { experiment } }: CollectedExperiment): string {
  return fileName(experiment.tags[0] ?? experiment.title).replaceAll('.', '-');
}

const phases = { question: 'conduct', experiment: 'chaos', benchmark: 'bench' } as const;

/** Why these results do not belong to one run: a result comes from two runs, or the runs had different settings. */
function misfits<One extends CollectedAnswer | CollectedExperiment | CollectedBenchmark>(
  kind: keyof typeof phases,
  all: readonly One[],
  name: (one: One) => string,
): string[] {
  const runs = (of: readonly One[]) => [...new Set(of.map(({ facts }) => facts?.runId ?? 'an unknown run'))];
  const names = [...new Set(all.map(name))];
  const twice = names.flatMap((one) => {
    const found = runs(all.filter((other) => name(other) === one));
    return found.length > 1
      ? [`The ${kind} "${one}" comes from ${found.join(' and ')}. Remove all blob reports but one of them.`]
      : [];
  });
  const facts = all.flatMap((one) => one.facts ?? []);
  const settings = settingsThatDiffer(facts, decisiveSettings[phases[kind]]);
  return [...twice, ...settings.map((difference) => `The ${kind}s come from different runs: ${difference}.`)];
}
