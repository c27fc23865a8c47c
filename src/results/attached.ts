import { readFileSync } from 'node:fs';
import type { TestResult } from '@playwright/test/reporter';
import { type BenchmarkResult, benchmarkSchema } from '../benchmarks/result.ts';
import { type Answered, answeredSchema } from '../conduct/answered.ts';
import type { Journal } from '../experiments/journal.ts';
import { type Summary, summarySchema } from './summary/schema.ts';

type Attachment = TestResult['attachments'][number];

/** The attachments of a phase's tests: reporters read these, never titles or messages. */
export interface AttachedResults {
  readonly summary: Summary | undefined;
  readonly journal: Journal | undefined;
  readonly benchmark: BenchmarkResult | undefined;
  readonly answered: Answered | undefined;
}

export function attachedResults({ attachments }: Pick<TestResult, 'attachments'>): AttachedResults {
  const read = <Result>(name: string, parse: (value: unknown) => Result): Result | undefined => {
    const found = attachments.find((one) => one.name === name);
    return found && parse(readAttached(found));
  };
  return {
    summary: read('summary.json', (value) => summarySchema.parse(value)),
    journal: read('journal.json', (value) => value as Journal),
    benchmark: read('benchmark.json', (value) => benchmarkSchema.parse(value)),
    answered: read('conduct.json', (value) => answeredSchema.parse(value)),
  };
}

export function readAttached({ body, path }: Attachment): unknown {
  return JSON.parse((body ?? readFileSync(path!)).toString());
}
