import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AllureConfig } from 'allure';
import { minTestsCountRule, type QualityGateRule } from 'allure/rules';
import { z } from 'zod';
import { number } from '../../kernel/figures.ts';
import { purposes, valueLabel } from './labels.ts';

type QualityGate = NonNullable<AllureConfig['qualityGate']>;
type Result = Parameters<QualityGateRule['validate']>[0]['trs'][number];

/** The fields of a result that decide its line in the gate. */
const resultSchema = z.object({
  name: z.string(),
  labels: z.array(z.object({ name: z.string(), value: z.string() })),
});

/**
 * Allure's quality gate agrees with Playwright's exit code: a result that is neither passed nor skipped is a failure, and
 * so is a run without results. The gate has a line for each load test and each target in `folder`, and one line for all
 * other results, so each failure is in one line.
 */
export function qualityGate(folder: string | undefined): QualityGate {
  const own = linesOf(folder);
  const lines = [...own.map(lineOf), otherResults(new Set(own.map(({ name }) => name)))];
  return {
    rules: [{ minTestsCount: 1 }, ...lines.map(({ rule }) => ({ [rule]: 'passed' }))],
    // Allure calls each rule with its own value from `rules`.
    use: [minTestsCountRule, ...lines] as NonNullable<QualityGate['use']>,
  };
}

interface Line {
  readonly name: string;
  readonly isTarget: boolean;
}

/** A rule that passes when the results of one load test or target passed. */
function lineOf({ name, isTarget }: Line): QualityGateRule<string> {
  return {
    rule: name,
    message: ({ actual }) => actual,
    successMessage: ({ actual }) => actual,
    validate({ trs }) {
      const own = trs.filter((result) => result.name === name);
      const against = own.filter(isAgainst);
      const shown = against.length > 0 ? against : own;
      return Promise.resolve({
        success: against.length === 0,
        actual: [...new Set(shown.map(isTarget ? targetText : resultText))].join('\n'),
        testResults: against.map(({ id }) => id),
      });
    },
  };
}

/** A rule that passes when all results without a line of their own passed. */
function otherResults(named: ReadonlySet<string>): QualityGateRule<string> {
  return {
    rule: 'other results',
    message: ({ actual }) => actual,
    successMessage: ({ actual }) => actual,
    validate({ trs }) {
      const others = trs.filter(({ name }) => !named.has(name));
      const against = others.filter(isAgainst);
      const actual =
        against.length > 0
          ? against.map(resultText).join('\n')
          : `${number(others.length)} passed or skipped`;
      return Promise.resolve({
        success: against.length === 0,
        actual,
        testResults: against.map(({ id }) => id),
      });
    },
  };
}

function isAgainst({ status }: Result): boolean {
  return status !== 'passed' && status !== 'skipped';
}

/** Results that have their own line: load tests first, then targets. */
function linesOf(folder: string | undefined): Line[] {
  if (folder === undefined || !existsSync(folder)) return [];
  const results = readdirSync(folder)
    .filter((name) => name.endsWith('-result.json'))
    .flatMap((name) => read(join(folder, name)) ?? []);
  const linesFor = (purpose: string, isTarget: boolean): Line[] => {
    const own = results.filter(({ labels }) =>
      labels.some(({ name, value }) => name === purposes.label && value === purpose),
    );
    return [...new Set(own.map(({ name }) => name))].map((name) => ({ name, isTarget }));
  };
  return [...linesFor(purposes.loadTest, false), ...linesFor(purposes.target, true)];
}

/** Undefined for a damaged result, which Allure reports itself. */
function read(path: string): z.infer<typeof resultSchema> | undefined {
  try {
    return resultSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** `p95 < 500 ms: 5.91 ms`; the sentence of a target that was not met. */
function targetText(result: Result): string {
  if (isAgainst(result) && result.error?.message) return result.error.message;
  return result.labels.find(({ name }) => name === valueLabel)?.value ?? resultText(result);
}

/** The status, and the reasons why the load test has not passed. */
function resultText({ name, status, error }: Result): string {
  return [`${name}: ${status}`, error?.message].filter(Boolean).join('\n');
}
