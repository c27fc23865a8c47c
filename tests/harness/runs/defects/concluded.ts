import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type TestInfo } from '@playwright/test';
import type { JSONReport, JSONReportSuite } from '@playwright/test/reporter';
import type { StyleName } from '../../../../service/style/styles.ts';
import { run } from '../run.ts';
import type { Chosen } from './seeded.ts';

/** The result of one experiment. */
export interface Concluded {
  readonly project: string;
  /** The file and title of the test. */
  readonly title: string;
  readonly passed: boolean;
  /** The figures and checks in the form of the console. */
  readonly text: string;
  /** The checks that failed. */
  readonly failed: readonly string[];
  /** The checks that failed or, because the machine was busy, prove nothing. */
  readonly against: readonly string[];
  /** The reason why it ended before its checks. */
  readonly error: string;
}

interface Conditions {
  readonly style?: StyleName;
  /** Experiments mostly wait, and each has its own service. */
  readonly workers?: number;
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Runs the experiments of a configuration once. A failed test ends its worker, and the next worker reads the report of
 * that run: the name of the report contains the id of the main process.
 */
export async function conclude(
  config: string,
  { project }: TestInfo,
  { style = 'reference', workers = 4, settings = {} }: Conditions = {},
): Promise<readonly Concluded[]> {
  const report = join(project.outputDir, `${config}.${style}.${process.ppid}.json`);
  if (!existsSync(report)) {
    const { code, output } = await run(
      { PLAYWRIGHT_JSON_OUTPUT_FILE: report, ...settings, CHAOS_OUTAGE_DOWN: '3', SERVICE_STYLE: style },
      [`--config=tests/harness/runs/defects/${config}`, `--workers=${workers}`],
    );
    expect({ code, hasReport: existsSync(report) }, output).toEqual({ code: 1, hasReport: true });
  }
  const { suites } = JSON.parse(readFileSync(report, 'utf8')) as JSONReport;
  return suites.flatMap(specsIn).flatMap(({ file, title, tests }) =>
    tests.map(({ projectName: project, status, results }) => {
      const attached = results.flatMap(({ attachments }) => attachments);
      const { body = '' } = attached.find(({ name }) => name === 'experiment.txt') ?? {};
      const text = Buffer.from(body, 'base64').toString();
      return {
        project,
        title: `${file} ${title}`,
        passed: status === 'expected',
        text,
        failed: checksMarked(text, '❌'),
        against: checksMarked(text, '[❌❔]'),
        error: results.flatMap(({ errors }) => errors.map(({ message }) => message)).join('\n'),
      };
    }),
  );
}

function specsIn({ specs, suites = [] }: JSONReportSuite): JSONReportSuite['specs'] {
  return [...specs, ...suites.flatMap(specsIn)];
}

/** The checks whose mark matches the regular expression. */
function checksMarked(text: string, mark: string): string[] {
  return [...text.matchAll(new RegExp(`^ +${mark} (.*?): `, 'gmu'))].map(([, check]) => check!);
}

/** The result of the chosen experiment in the project. */
export function theOne(concluded: readonly Concluded[], project: string, { file, only }: Chosen): Concluded {
  const found = concluded.filter(
    (one) => one.project === project && one.title.includes(file) && one.title.includes(only),
  );
  expect(found).toHaveLength(1);
  return found[0]!;
}
