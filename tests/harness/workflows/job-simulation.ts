import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { truthy } from '@actions/expressions/result';
import type { Job } from './workflow.ts';

type Outcome = 'success' | 'failure' | 'skipped';

export interface Circumstances {
  /** Names of the steps that fail when they are run. */
  readonly failing?: readonly string[];
  /** The job is cancelled, or reaches its time limit, while this step runs. */
  readonly cancelledIn?: string;
  readonly vars?: Readonly<Record<string, string>>;
  /** The result of `hashFiles`; empty if no file matches. */
  readonly files?: string;
}

/**
 * The steps of a job that run on GitHub. GitHub's own evaluator reads the conditions. A condition without a status
 * function has an implicit `success() &&` before it.
 */
export function simulate(job: Job, { failing = [], cancelledIn, vars = {}, files = '' }: Circumstances) {
  const outcomes: Record<string, Outcome> = {};
  const ids: Record<string, { outcome: Outcome }> = {};
  let [failed, cancelled] = [false, false];
  for (const step of job.steps) {
    const status = { failed, cancelled };
    const runs = holds(step.if, { contexts: { steps: ids, vars }, status, files });
    if (step.name === cancelledIn) cancelled = true;
    const fails = failing.includes(step.name) || step.name === cancelledIn;
    const outcome = !runs ? 'skipped' : fails ? 'failure' : 'success';
    if (outcome === 'failure') failed = true;
    outcomes[step.name] = outcome;
    if (step.id) ids[step.id] = { outcome };
  }
  return { outcomes, result: cancelled ? 'cancelled' : failed ? 'failure' : 'success' };
}

/** Whether a job runs, given the results and outputs of the jobs that it needs. */
export function isRun(
  job: Job,
  needs: Readonly<Record<string, { result: string; outputs: Readonly<Record<string, string>> }>>,
): boolean {
  const results = Object.values(needs).map(({ result }) => result);
  const status = { failed: results.includes('failure'), cancelled: results.includes('cancelled') };
  return holds(job.if, { contexts: { needs }, status });
}

interface Surroundings {
  readonly contexts: Readonly<Record<string, unknown>>;
  readonly status: { readonly failed: boolean; readonly cancelled: boolean };
  readonly files?: string;
}

function holds(condition = 'success()', { contexts, status, files = '' }: Surroundings): boolean {
  const bare = condition.replace(/^\$\{\{(.*)\}\}$/s, '$1');
  const written = /\b(success|failure|always|cancelled)\(/.test(bare) ? bare : `success() && (${bare})`;
  const { failed, cancelled } = status;
  const functions = [
    given('success', new data.BooleanData(!failed && !cancelled)),
    given('failure', new data.BooleanData(failed && !cancelled)),
    given('cancelled', new data.BooleanData(cancelled)),
    given('always', new data.BooleanData(true)),
    given('hashFiles', new data.StringData(files), 1),
  ];
  const parsed = new Parser(new Lexer(written).lex().tokens, Object.keys(contexts), functions).parse();
  const known = new Map(functions.map((one) => [one.name.toLowerCase(), one]));
  return truthy(new Evaluator(parsed, dictionary(contexts), known).evaluate());
}

const given = (name: string, value: data.ExpressionData, args = 0) => ({
  name,
  minArgs: args,
  maxArgs: args,
  call: () => value,
});

function dictionary(values: object): data.Dictionary {
  const pairs = Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'object' ? dictionary(value) : new data.StringData(String(value)),
  }));
  return new data.Dictionary(...pairs);
}
