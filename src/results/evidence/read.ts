import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type BenchmarkResult, benchmarkSchema } from '../../benchmarks/result.ts';
import { capacitySchema } from '../../capacity/evidence.ts';
import { type Answered, answeredSchema } from '../../conduct/answered.ts';
import type { Journal } from '../../experiments/journal.ts';
import { type RunFacts, runFactsSchema } from '../../history/run-facts.ts';
import { lastLook } from '../../kernel/secrets.ts';
import { runFolder } from '../../run/run-folder.ts';
import {
  type Round,
  roundSchema,
  type Sample,
  type SoakPlan,
  sampleSchema,
  soakPlanSchema,
} from '../../soak/evidence.ts';
import { roundIn } from '../../soak/round-name.ts';
import type { EncodedTimings } from '../../timings/encoded.ts';
import { ASKED_FILE, type Asked, askedSchema } from './asked.ts';
import { compactRound } from './compact-round.ts';
import { comparisonSchema } from './comparison.ts';
import { type CrowdEvidence, crowdSchema, exemplarsSchema, progressFiles } from './crowd-evidence.ts';
import { journalSchema } from './journal-schema.ts';
import { FACTS_FILE } from './keep.ts';
import { scheduleOfSearch } from './keep-capacity.ts';
import { SAMPLES_FILE, SOAK_FILE, SOAK_FOLDER } from './keep-soak.ts';
import { stoppedIn, withAllAdded } from './progress.ts';
import { sliceSchema, timingsSchema } from './slice-schema.ts';

/** One chaos experiment: its journal, and the timings of its participants; null when these were not kept. */
export interface ExperimentEvidence {
  readonly journal: Journal;
  readonly timings: EncodedTimings | null;
}

/** A soak: its plan, its finished rounds, and the metrics of the service over its whole time. */
export interface SoakEvidence {
  readonly plan: SoakPlan;
  readonly rounds: readonly Round[];
  readonly samples: readonly Sample[];
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
  /** Undefined unless the run is a soak. */
  readonly soak?: SoakEvidence | undefined;
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
  const soak = soakIn(folder, crowds);
  // The rounds of a soak are no load tests.
  const loads =
    soak === undefined ? crowds : crowds.filter(({ name }) => roundIn(name)?.soak !== soak.plan.name);
  return {
    runId,
    crowds: loads.sort((one, other) => startOf(one) - startOf(other)),
    answers: folder.all('conduct', /\.json$/, answeredSchema),
    experiments: experimentsIn(folder),
    benchmarks: folder.all('bench', /\.json$/, benchmarkSchema),
    soak,
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
  const capacity = folder.optional(`${of}/capacity.json`, capacitySchema);
  return [
    {
      ...crowd,
      schedule: (capacity && scheduleOfSearch(capacity, crowd)) ?? crowd.schedule,
      stopped: stoppedIn(crowd),
      reports: [...whole, ...partly].sort((one, other) => one.slice - other.slice),
      exemplars: folder.all(of, /^exemplars-\d+\.json$/, exemplarsSchema).flat(),
      ...(capacity ? { capacity } : {}),
      ...(comparison ? { comparison } : {}),
    },
  ];
}

function soakIn(folder: EvidenceFolder, crowds: readonly CrowdEvidence[]): SoakEvidence | undefined {
  const written = folder.optional(SOAK_FILE, soakPlanSchema);
  if (written === undefined) return undefined;
  const plan = { ...written, stopped: stoppedSoak(written) };
  const rounds = folder.all(SOAK_FOLDER, /^round-\d+\.json$/, roundSchema);
  return {
    plan,
    rounds: [...rounds, ...unfinishedRounds(plan, rounds, crowds)],
    samples: samplesIn(folder.path(SAMPLES_FILE)),
  };
}

/** Why a soak stopped. A soak without an end is still running, or its main process was killed. */
function stoppedSoak({ ended, stopped, by }: SoakPlan): SoakPlan['stopped'] {
  if (ended || stopped !== null || by === undefined) return stopped;
  return stoppedIn({ stopped, unfinished: { by } });
}

/** Rounds that have only the evidence that is written while a crowd is active: the soak goes on, or was killed. */
function unfinishedRounds(
  { name, startedAt }: SoakPlan,
  finished: readonly Round[],
  crowds: readonly CrowdEvidence[],
): Round[] {
  return crowds.flatMap((crowd) => {
    const round = roundIn(crowd.name);
    const isMissing =
      round?.soak === name &&
      crowd.startedAt !== null &&
      finished.every((one) => one.number !== round.number);
    if (!isMissing || startedAt === null) return [];
    return [compactRound(crowd, { number: round.number, soakStartedAt: startedAt, ...crowd })];
  });
}

/** The last line may be cut: its process was killed during the write. */
function samplesIn(path: string): Sample[] {
  if (!existsSync(path)) return [];
  return lastLook(readFileSync(path, 'utf8'))
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => {
      try {
        return [sampleSchema.parse(JSON.parse(line))];
      } catch {
        return []; // the disk was full, or the file was damaged
      }
    });
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
