import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AllureConfig } from 'allure';
import { maxFailuresRule, minTestsCountRule, type QualityGateRule } from 'allure/rules';
import { z } from 'zod';

type QualityGate = NonNullable<AllureConfig['qualityGate']>;
type Result = Parameters<QualityGateRule['validate']>[0]['trs'][number];
type Step = Result['steps'][number];

/** What of a result decides which line of the gate it is. */
const resultSchema = z.object({
  name: z.string(),
  labels: z.array(z.object({ name: z.string(), value: z.string() })),
});

/**
 * Allure's quality gate agrees with Playwright's exit code: whatever is neither passed nor skipped is a failure, and so is
 * a run without a result. Beside that it has a line for each load test and each target among the results in `folder`.
 */
export function qualityGate(folder: string | undefined): QualityGate {
  const lines = linesOf(folder).map(lineOf);
  return {
    rules: [{ maxFailures: 0, minTestsCount: 1 }, ...lines.map(({ rule }) => ({ [rule]: 'passed' }))],
    // Each is asked with what it is configured with.
    use: [maxFailuresRule, minTestsCountRule, ...lines] as NonNullable<QualityGate['use']>,
  };
}

/** A rule that says what the results of one name, of a load test or a target, say of themselves. */
function lineOf(name: string): QualityGateRule<string> {
  return {
    rule: isTarget(name) ? name : `verdict: ${name}`,
    message: ({ actual }) => actual,
    successMessage: ({ actual }) => actual,
    validate({ trs }) {
      const own = trs.filter((result) => result.name === name);
      const against = own.filter(({ status }) => status !== 'passed' && status !== 'skipped');
      const told = (against.length > 0 ? against : own).map(wordsOf);
      return Promise.resolve({
        success: against.length === 0,
        actual: [...new Set(told)].join('\n'),
        testResults: against.map(({ id }) => id),
      });
    },
  };
}

/** Names of the results that have a line of their own: load tests first, then targets. */
function linesOf(folder: string | undefined): string[] {
  if (folder === undefined || !existsSync(folder)) return [];
  const results = readdirSync(folder)
    .filter((name) => name.endsWith('-result.json'))
    .flatMap((name) => read(join(folder, name)) ?? []);
  const loads = results.filter(({ labels }) => labels.some(({ value }) => value === 'the load test'));
  const targets = results.filter(({ name }) => isTarget(name));
  return [...new Set([...loads, ...targets].map(({ name }) => name))];
}

function isTarget(name: string): boolean {
  return name.startsWith('target: ');
}

/** A result that is damaged is Allure's to judge. */
function read(path: string): z.infer<typeof resultSchema> | undefined {
  try {
    return resultSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** `p95 < 500 ms: 5.91 ms`, which is a step of a target's result; or the reasons why a load test has not passed. */
function wordsOf({ name, status, error, steps }: Result): string {
  const target = isTarget(name) ? name.slice('target: '.length) : undefined;
  const line = target && stepsIn(steps).find((step) => step.startsWith(`${target}: `));
  // Without its mark: Allure has marks of its own.
  if (line) return line.slice(0, line.lastIndexOf(' '));
  return [`${name}: ${status}`, error?.message].filter(Boolean).join('\n');
}

function stepsIn(steps: readonly Step[]): string[] {
  return steps.flatMap((step) => (step.type === 'step' ? [step.name, ...stepsIn(step.steps)] : []));
}
