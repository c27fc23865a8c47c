import { readFileSync } from 'node:fs';
import type { TestResult } from '@playwright/test/reporter';
import type { z } from 'zod';
import { type BenchmarkResult, benchmarkSchema } from '../../benchmarks/result.ts';
import { type Answered, answeredSchema } from '../../conduct/answered.ts';
import type { SliceReport } from '../../crowd/slice-report.ts';
import type { Journal } from '../../experiments/journal.ts';
import { type RunFacts, runFactsSchema } from '../../history/run-facts.ts';
import { UserError } from '../../kernel/errors.ts';
import { lastLook } from '../../kernel/secrets.ts';
import type { EncodedTimings } from '../../timings/encoded.ts';
import {
  type CrowdEvidence,
  type CrowdFile,
  crowdSchema,
  exemplarsSchema,
} from '../evidence/crowd-evidence.ts';
import { journalSchema } from '../evidence/journal-schema.ts';
import { sliceSchema, timingsSchema } from '../evidence/slice-schema.ts';
import { type Carried, carriedBy } from './carried-exemplars.ts';

type Attachment = TestResult['attachments'][number];

/** Blob reports of earlier versions do not name the run of an experiment or a benchmark. */
interface OfRun {
  readonly facts: RunFacts | undefined;
}

export interface CollectedExperiment extends OfRun {
  readonly journal: Journal;
  readonly timings: EncodedTimings | undefined;
  readonly ledger: string | undefined;
}

export interface CollectedBenchmark extends OfRun {
  readonly result: BenchmarkResult;
}

export interface CollectedAnswer extends OfRun {
  readonly answered: Answered;
}

/** The attachments of tests, collected from any number of blob reports. */
export class Collected {
  readonly #crowds: CrowdFile[] = [];
  readonly #slices: SliceReport[] = [];
  readonly #carried: Carried[] = [];
  readonly answers: CollectedAnswer[] = [];
  readonly experiments: CollectedExperiment[] = [];
  readonly benchmarks: CollectedBenchmark[] = [];

  add({ attachments }: Pick<TestResult, 'attachments'>): void {
    const named = (name: string) => attachments.filter((one) => one.name === name);
    this.#crowds.push(...named('crowd.json').map((one) => parsed(one, crowdSchema)));
    const slices = named('slice.json').map((one) => parsed(one, sliceSchema));
    this.#slices.push(...slices);
    for (const { crowd, slice } of slices)
      for (const one of named('exemplars.json'))
        this.#carried.push(...carriedBy(parsed(one, exemplarsSchema), attachments, { crowd, slice }));
    const [of] = named('run.json');
    const facts = of && parsed(of, runFactsSchema);
    for (const one of named('conduct.json'))
      this.answers.push({ answered: parsed(one, answeredSchema), facts });
    for (const one of named('benchmark.json'))
      this.benchmarks.push({ result: parsed(one, benchmarkSchema), facts });
    const [journal, timings, ledger] = ['journal.json', 'timings.json', 'ledger.ndjson'].map(
      (name) => named(name)[0],
    );
    if (!journal) return;
    this.experiments.push({
      journal: parsed(journal, journalSchema),
      timings: timings && parsed(timings, timingsSchema),
      ledger: ledger && textOf(ledger),
      facts,
    });
  }

  /** The parts of each crowd, by its name. */
  get crowds(): CrowdEvidence[][] {
    const byName = new Map<string, CrowdEvidence[]>();
    for (const crowd of this.#crowds) {
      const own = ({ crowd: name, slice }: SliceReport) =>
        name === crowd.name && crowd.expected.includes(slice);
      const parts = byName.get(crowd.name) ?? [];
      byName.set(crowd.name, [...parts, { ...crowd, reports: this.#slices.filter(own) }]);
    }
    return [...byName.values()];
  }

  /** Sessions of the crowd that its slices kept. */
  exemplarsOf(crowd: string): Carried[] {
    return this.#carried.filter((one) => one.crowd === crowd);
  }
}

function parsed<T>(attachment: Attachment, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(textOf(attachment)));
  } catch (cause) {
    const remedy =
      'It is damaged, or from another version of fullhouse. Run its shard again with this version';
    throw new UserError(`The attachment "${attachment.name}" of a blob report cannot be read. ${remedy}.`, {
      cause,
    });
  }
}

function textOf({ body, path }: Attachment): string {
  return lastLook((body ?? readFileSync(path!)).toString());
}
