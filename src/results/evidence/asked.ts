import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FullResult, Suite } from '@playwright/test/reporter';
import { z } from 'zod';
import { isOwnProject } from '../../run/projects.ts';
import { runFolder, writeRunFile } from '../../run/run-folder.ts';
import { projectOf } from '../annotations.ts';

export const ASKED_FILE = 'asked.json';

const names = z.array(z.string());

/**
 * The request of a run, saved before its first test: a phase that was cut short leaves less evidence, and
 * the evidence alone does not show the missing tests.
 */
export const askedSchema = z.object({
  schema: z.literal('fullhouse/asked/1'),
  chaos: names.describe('titles of experiments'),
  bench: names.describe('operations'),
  conduct: names.describe('questions'),
  ended: z
    .enum(['passed', 'failed', 'timedout', 'interrupted'])
    .nullable()
    .describe('how the run ended; null while it goes on, and for ever where it was killed'),
  cut: z
    .array(z.enum(['chaos', 'bench', 'conduct']))
    .describe('phases of which tests had not come to their end when the run was interrupted'),
  ownFailed: names.optional().describe('titles of failed tests in the own projects of the team'),
});

export type Asked = z.infer<typeof askedSchema>;
export type AskedPhase = 'chaos' | 'bench' | 'conduct';

/** The annotation of a benchmark's test that names its operation. */
export const OPERATION = 'operation';

/** The request of a run's tests. Tests that are skipped in their declaration do not count. */
export function askedOf(suite: Pick<Suite, 'allTests'>): Asked {
  const tests = suite.allTests().filter(({ expectedStatus }) => expectedStatus !== 'skipped');
  const of = (phase: AskedPhase) => tests.filter((test) => projectOf(test) === phase);
  const operations = of('bench').flatMap(({ annotations }) =>
    annotations.flatMap(({ type, description }) => (type === OPERATION && description ? [description] : [])),
  );
  return {
    schema: 'fullhouse/asked/1',
    chaos: of('chaos').map(({ title }) => title),
    bench: [...new Set(operations)],
    conduct: [...new Set(of('conduct').map(({ parent }) => parent.title))],
    ended: null,
    cut: [],
  };
}

/** The same at the end of the run. */
export function endedWith(asked: Asked, ended: FullResult['status'], suite: Pick<Suite, 'allTests'>): Asked {
  const open = suite.allTests().filter(({ results }) => {
    const status = results.at(-1)?.status;
    return status === undefined || status === 'interrupted';
  });
  const isCut = (phase: AskedPhase) => open.some((test) => projectOf(test) === phase);
  const isEarly = ended === 'interrupted' || ended === 'timedout';
  const cut = isEarly ? (['chaos', 'bench', 'conduct'] as const).filter(isCut) : [];
  const ownFailed = failedBeside(suite);
  return { ...asked, ended, cut, ...(ownFailed.length > 0 ? { ownFailed } : {}) };
}

/** The failed tests of projects that are no phases of fullhouse: `web › a user logs in`. */
function failedBeside(suite: Pick<Suite, 'allTests'>): string[] {
  return suite
    .allTests()
    .filter((test) => isOwnProject(projectOf(test)) && test.outcome() === 'unexpected')
    .map((test) => `${projectOf(test)} › ${test.title}`);
}

export function keepAsked(runId: string, asked: Asked): Promise<string> {
  return writeRunFile(runId, ASKED_FILE, `${JSON.stringify(asked, null, 2)}\n`);
}

/** Undefined for runs of earlier versions, and if the console reporter was replaced. */
export function readAsked(runId: string): Asked | undefined {
  const path = join(runFolder(runId), ASKED_FILE);
  return existsSync(path) ? askedSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined;
}

/** The requested parts of a phase that did not run. */
export interface Missing {
  readonly names: readonly string[];
  /** Whether the run was stopped or killed before the phase ended; otherwise a part of the phase failed. */
  readonly isInterrupted: boolean;
}

export const NOTHING_MISSING: Missing = { names: [], isInterrupted: false };

export function missingIn(asked: Asked | undefined, phase: AskedPhase, done: readonly string[]): Missing {
  if (asked === undefined) return NOTHING_MISSING;
  const missing = asked[phase].filter((name) => !done.includes(name));
  const isKilled = asked.ended === null && missing.length > 0;
  return { names: missing, isInterrupted: asked.cut.includes(phase) || isKilled };
}

/** The verdict on an incomplete phase: it has not passed, even if the rest has. */
export function verdictWithout<Verdict extends string>(
  verdict: Verdict,
  { names: missing, isInterrupted }: Missing,
): Verdict | 'inconclusive' | 'interrupted' {
  if (isInterrupted) return 'interrupted';
  return verdict === 'passed' && missing.length > 0 ? 'inconclusive' : verdict;
}

const words: Readonly<Record<AskedPhase, string>> = { chaos: 'run', bench: 'measured', conduct: 'asked' };

/** `not measured: room.enter, event.delivery (the run was interrupted)`; empty if nothing is missing. */
export function missingText(phase: AskedPhase, { names: missing, isInterrupted }: Missing): string[] {
  if (missing.length === 0) return isInterrupted ? ['the run was interrupted before its verdict'] : [];
  const why = isInterrupted ? ' (the run was interrupted)' : '';
  return [`not ${words[phase]}: ${missing.join(', ')}${why}`];
}

/** `4 not run`, for a line of counts. */
export function missingCount(phase: AskedPhase, { names: missing }: Missing): string[] {
  return missing.length === 0 ? [] : [`${missing.length} not ${words[phase]}`];
}
