import { readFileSync } from 'node:fs';
import type { TestResult } from '@playwright/test/reporter';
import { benchmarkSchema } from '../benchmarks/result.ts';
import { answeredSchema } from '../conduct/answered.ts';
import type { Journal } from '../experiments/journal.ts';
import { summarySchema } from './summary/schema.ts';
import { soakSummarySchema } from './summary/soak-schema.ts';

type Attachment = TestResult['attachments'][number];

/** Each reporter reads the same attachments. */
const known = new WeakMap<Attachment, unknown>();

/** The results in the attachments of a phase's test: reporters read these, never titles or messages. */
export function attachedResults({ attachments }: Pick<TestResult, 'attachments'>) {
  const read = <Result>(name: string, parse: (value: unknown) => Result): Result | undefined => {
    const found = attachments.find((one) => one.name === name);
    if (found && !known.has(found)) known.set(found, parse(readAttached(found)));
    return found && (known.get(found) as Result);
  };
  return {
    summary: read('summary.json', (value) => summarySchema.parse(value)),
    soak: read('soak.json', (value) => soakSummarySchema.parse(value)),
    journal: read('journal.json', (value) => value as Journal),
    benchmark: read('benchmark.json', (value) => benchmarkSchema.parse(value)),
    answered: read('conduct.json', (value) => answeredSchema.parse(value)),
  };
}

export function readAttached({ body, path }: Attachment): unknown {
  return JSON.parse((body ?? readFileSync(path!)).toString());
}
