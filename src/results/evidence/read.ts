import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type BenchmarkResult, benchmarkSchema } from '../../benchmarks/result.ts';
import { type Answered, answeredSchema } from '../../conduct/answered.ts';
import type { Journal } from '../../experiments/journal.ts';
import { type RunFacts, runFactsSchema } from '../../history/run-facts.ts';
import { lastLook } from '../../kernel/secrets.ts';
import { runFolder } from '../../run/run-folder.ts';
import type { EncodedTimings } from '../../timings/encoded.ts';
import { ASKED_FILE, type Asked, askedSchema } from './asked.ts';
import { comparisonSchema } from './comparison.ts';
import { type CrowdEvidence, crowdSchema, exemplarsSchema, progressFiles } from './crowd-evidence.ts';
import { journalSchema } from './journal-schema.ts';
import { FACTS_FILE } from './keep.ts';
import { stoppedIn, withAllAdded } from './progress.ts';
import { sliceSchema, timingsSchema } from './slice-schema.ts';

/** One chaos experiment: its journal, and the timings of its participants; null when these were not kept. */
export interface ExperimentEvidence {
  readonly journal: Journal;
  readonly timings: EncodedTimings | null;
}

/** The evidence of all phases of a run. Reports are made only from this. */
export interface RunEvidence {
  readonly runId: string;
  /** In the order of their start. */
  readonly crowds: readonly CrowdEvidence[];
  /** The answers to the questions about the conduct of the service. */
  readonly answers: readonly Answered[];
  readonly experiments: readonly ExperimentEvidence[];
  readonly benchmarks: readonly BenchmarkResult[];
  /** Undefined for runs of earlier versions. */
  readonly facts?: RunFacts | undefined;
  /** Undefined if it was not saved. */
  readonly asked?: Asked | undefined;
  /** Files that could not be read, with the reason; the rest is complete. */
  readonly damaged: readonly string[];
}

export function readEvidence(runId: string): RunEvidence {
  const folder = new EvidenceFolder(runFolder(runId));
  const crowds = folder.names('evidence').flatMap((name) => crowdIn(folder, `evidence/${name}`));
  return {
    runId,
    crowds: crowds.sort((one, other) => startOf(one) - startOf(other)),
    answers: folder.all('conduct', /\.json$/, answeredSchema),
    experiments: experimentsIn(folder),
    benchmarks: folder.all('bench', /\.json$/, benchmarkSchema),
    facts: folder.optional(FACTS_FILE, runFactsSchema) ?? crowds[0]?.facts,
    asked: folder.optional(ASKED_FILE, askedSchema),
    damaged: folder.damaged,
  };
}

/** The files of a run. One that cannot be read is noted as damaged, and the others are read. */
class EvidenceFolder {
  readonly damaged: string[] = [];
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  path(name: string): string {
    return join(this.#path, name);
  }

  has(name: string): boolean {
    return existsSync(this.path(name));
  }

  names(of: string): string[] {
    return this.has(of) ? readdirSync(this.path(of)).sort() : [];
  }

  read<T>(name: string, schema: z.ZodType<T>): T | undefined {
    let written: unknown;
    try {
      // Another machine, with other secrets, may have written it.
      written = JSON.parse(lastLook(readFileSync(this.path(name), 'utf8')));
      return schema.parse(written);
    } catch (error) {
      this.damaged.push(`${name}: ${reason(error, written)}`);
      return undefined;
    }
  }

  optional<T>(name: string, schema: z.ZodType<T>): T | undefined {
    return this.has(name) ? this.read(name, schema) : undefined;
  }

  /** The contents of the files in a folder whose names match. */
  all<T>(of: string, pattern: RegExp, schema: z.ZodType<T>): T[] {
    return this.names(of)
      .filter((name) => pattern.test(name))
      .flatMap((name) => this.read(`${of}/${name}`, schema) ?? []);
  }
}

function crowdIn(folder: EvidenceFolder, of: string): CrowdEvidence[] {
  const names = folder.names(of);
  // No file could be written.
  if (names.length === 0) return [];
  const crowd = folder.read(`${of}/crowd.json`, crowdSchema);
  if (!crowd) return [];
  const whole = folder.all(of, /^slice-\d+\.json$/, sliceSchema);
  // The progress of a slice is the only evidence until its whole report replaces it.
  const partly = folder
    .all(of, /^slice-\d+\.progress\.json$/, sliceSchema)
    .filter(({ slice }) => !names.includes(`slice-${slice}.json`))
    .map((report) => withAllAdded(report, folder.path(progressFiles(crowd.name, report.slice)[1])));
  const comparison = folder.optional(`${of}/comparison.json`, comparisonSchema);
  return [
    {
      ...crowd,
      stopped: stoppedIn(crowd),
      reports: [...whole, ...partly].sort((one, other) => one.slice - other.slice),
      exemplars: folder.all(of, /^exemplars-\d+\.json$/, exemplarsSchema).flat(),
      ...(comparison ? { comparison } : {}),
    },
  ];
}

function experimentsIn(folder: EvidenceFolder): ExperimentEvidence[] {
  const journals = folder.names('chaos').filter((name) => /^[^.]+\.json$/.test(name));
  return journals.flatMap((name) => {
    const journal = folder.read(`chaos/${name}`, journalSchema);
    const timings = `chaos/${name.replace(/\.json$/, '.timings.json')}`;
    return journal ? [{ journal, timings: folder.optional(timings, timingsSchema) ?? null }] : [];
  });
}

/** A crowd that never started is the last one. */
function startOf({ startedAt }: CrowdEvidence): number {
  return startedAt === null ? Number.POSITIVE_INFINITY : Date.parse(startedAt);
}

/** Why a file cannot be read. A file of another version needs the version of fullhouse that wrote it. */
function reason(error: unknown, written: unknown): string {
  if (!(error instanceof z.ZodError)) return (error as Error).message;
  const [issue] = error.issues;
  const { data } = z.object({ schema: z.string() }).safeParse(written);
  if (data && issue?.path[0] === 'schema')
    return `another version of fullhouse wrote it (${data.schema}). Make its reports with that version`;
  return [issue?.path.join('.'), issue?.message].filter(Boolean).join(': ');
}
