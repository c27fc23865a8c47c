import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type BenchmarkResult, benchmarkSchema } from '../../benchmarks/result.ts';
import { type Answered, answeredSchema } from '../../conduct/answered.ts';
import type { Journal } from '../../experiments/journal.ts';
import { type RunFacts, runFactsSchema } from '../../history/run-facts.ts';
import { finishedJson } from '../../kernel/finished-text.ts';
import { runFolder } from '../../run/run-folder.ts';
import type { EncodedTimings } from '../../timings/encoded.ts';
import { ASKED_FILE, type Asked, askedSchema } from './asked.ts';
import { comparisonSchema } from './comparison.ts';
import { type CrowdEvidence, crowdSchema, exemplarsSchema, progressFiles } from './crowd-evidence.ts';
import { journalSchema } from './journal-schema.ts';
import { stoppedIn, withAllAdded } from './progress.ts';
import { FACTS_FILE } from './run-facts-file.ts';
import { shareSchema, timingsSchema } from './share-schema.ts';

/** One chaos experiment: its journal, and what its witnesses were answered; null when that was not kept. */
export interface ExperimentEvidence {
  readonly journal: Journal;
  readonly timings: EncodedTimings | null;
}

/** Everything that a run left, of all its phases. Reports are made from this alone. */
export interface RunEvidence {
  readonly runId: string;
  /** The crowd that started first, first. */
  readonly crowds: readonly CrowdEvidence[];
  /** How the questions about the conduct of the service were answered. */
  readonly answers: readonly Answered[];
  readonly experiments: readonly ExperimentEvidence[];
  readonly benchmarks: readonly BenchmarkResult[];
  /** Undefined for runs of earlier versions. */
  readonly facts?: RunFacts | undefined;
  /** Undefined where nobody wrote it down. */
  readonly asked?: Asked | undefined;
  /** Files that could not be read, with the reason; everything else is there. */
  readonly damaged: readonly string[];
}

export function readEvidence(runId: string): RunEvidence {
  const damaged: string[] = [];
  const folder = runFolder(runId);
  /** What a file holds, or undefined, noted as damaged. */
  const read = <T>(name: string, schema: z.ZodType<T>): T | undefined => {
    try {
      // It may be from a machine that knew none of the secrets of this one.
      return schema.parse(JSON.parse(finishedJson(readFileSync(join(folder, name), 'utf8'))));
    } catch (error) {
      damaged.push(`${name}: ${reason(error)}`);
      return undefined;
    }
  };
  const optional = <T>(name: string, schema: z.ZodType<T>): T | undefined =>
    existsSync(join(folder, name)) ? read(name, schema) : undefined;
  const all = <T>(of: string, isOne: (name: string) => boolean, schema: z.ZodType<T>): T[] =>
    namesIn(join(folder, of))
      .filter(isOne)
      .flatMap((name) => read(`${of}/${name}`, schema) ?? []);

  const crowds = namesIn(join(folder, 'evidence')).flatMap((name): CrowdEvidence[] => {
    const of = `evidence/${name}`;
    // Nothing at all could be written.
    if (namesIn(join(folder, of)).length === 0) return [];
    const crowd = read(`${of}/crowd.json`, crowdSchema);
    if (!crowd) return [];
    const reports = [
      ...all(of, (file) => /^share-\d+\.json$/.test(file), shareSchema),
      ...all(of, (file) => isLeftInProgress(join(folder, of), file), shareSchema).map((whole) =>
        withAllAdded(whole, join(folder, progressFiles(crowd.name, whole.share)[1])),
      ),
    ];
    const comparison = optional(`${of}/comparison.json`, comparisonSchema);
    return [
      {
        ...crowd,
        stopped: stoppedIn(crowd),
        reports: reports.sort((one, other) => one.share - other.share),
        exemplars: all(of, (file) => /^exemplars-\d+\.json$/.test(file), exemplarsSchema).flat(),
        ...(comparison ? { comparison } : {}),
      },
    ];
  });
  const journals = namesIn(join(folder, 'chaos')).filter((name) => /^[^.]+\.json$/.test(name));
  return {
    runId,
    crowds: crowds.sort((one, other) => startOf(one) - startOf(other)),
    answers: all('conduct', (name) => name.endsWith('.json'), answeredSchema),
    experiments: journals.flatMap((name) => {
      const journal = read(`chaos/${name}`, journalSchema);
      const timings = name.replace(/\.json$/, '.timings.json');
      if (!journal) return [];
      const kept = existsSync(join(folder, 'chaos', timings));
      return [{ journal, timings: (kept && read(`chaos/${timings}`, timingsSchema)) || null }];
    }),
    benchmarks: all('bench', (name) => name.endsWith('.json'), benchmarkSchema),
    facts: optional(FACTS_FILE, runFactsSchema) ?? crowds[0]?.facts,
    asked: optional(ASKED_FILE, askedSchema),
    damaged,
  };
}

/** No whole report of the share has replaced it. */
function isLeftInProgress(folder: string, file: string): boolean {
  const share = /^(share-\d+)\.progress\.json$/.exec(file)?.[1];
  return share !== undefined && !existsSync(join(folder, `${share}.json`));
}

/** A crowd that never started is the last one. */
function startOf({ startedAt }: CrowdEvidence): number {
  return startedAt === null ? Number.POSITIVE_INFINITY : Date.parse(startedAt);
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

function reason(error: unknown): string {
  if (!(error instanceof z.ZodError)) return (error as Error).message;
  const [issue] = error.issues;
  return [issue?.path.join('.'), issue?.message].filter(Boolean).join(': ');
}
