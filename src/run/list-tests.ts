import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { CommandLine, OptionName } from '../config/command-line.ts';
import { inheritedEnvironment, type Run, runEnvironment } from '../config/environment.ts';
import { UserError } from '../kernel/errors.ts';
import { playwrightCli } from '../kernel/playwright-package.ts';
import type { ListedTest } from './asked-phases.ts';

/** The options that decide which tests run. */
const DECIDING = [
  'grep',
  'grep-invert',
  'only-changed',
  'test-list',
  'test-list-invert',
  'tsconfig',
] as const satisfies readonly OptionName[];

interface ListedSuite {
  readonly title: string;
  readonly suites?: readonly ListedSuite[] | undefined;
  readonly specs: readonly z.infer<typeof specSchema>[];
}

const specSchema = z.object({
  title: z.string(),
  tests: z.array(z.object({ projectName: z.string() })),
});

const suiteSchema: z.ZodType<ListedSuite> = z.lazy(() =>
  z.object({ title: z.string(), suites: z.array(suiteSchema).optional(), specs: z.array(specSchema) }),
);

const reportSchema = z.object({
  suites: z.array(suiteSchema),
  errors: z.array(z.object({ message: z.string() })),
});

/**
 * The tests that Playwright would run for this command line, from its own `--list`. This starts one process.
 * @param run the run; it is listed without phases, so that ties add no tests
 * @param config the path of the configuration, or its folder
 * @throws {UserError} with Playwright's message if it finds no tests
 */
export async function listTests(line: CommandLine, run: Run, config: string): Promise<ListedTest[]> {
  const options = DECIDING.flatMap((name) => {
    const value = line.given.get(name);
    return value === undefined ? [] : [value === true ? `--${name}` : `--${name}=${value}`];
  });
  const args = ['--list', '--reporter=json', '--config', config, ...options];
  const projects = line.projects.map((project) => `--project=${project}`);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [playwrightCli(), 'test', ...args, ...projects, ...line.files],
    {
      env: { ...environment(), ...runEnvironment({ ...run, phases: [] }) },
      maxBuffer: 64 * 1024 * 1024,
    },
  ).catch((error: { stdout: string; stderr: string }) => error);
  const report = reportSchema.safeParse(parsed(stdout));
  if (!report.success) throw new UserError(`Playwright cannot list the tests: ${stdout.trim()}`);
  const { errors, suites } = report.data;
  const [first] = errors;
  if (first && !line.given.has('pass-with-no-tests')) {
    const message = first.message.replace(/^Error: /, '').split('\n', 1)[0]!;
    const given = [...options, ...projects, ...line.files].join(' ');
    throw new UserError(
      message === 'No tests found' ? `No test matches ${given}. Use --list alone to see all tests.` : message,
    );
  }
  // The title of a suite at the top is its file. A test can come from another file, which that file imports.
  return suites.flatMap((suite) => testsOf(suite, suite.title.split('/').at(-1)!, []));
}

/** Without the variables that send JSON into a file: standard output would have no JSON. */
function environment(): NodeJS.ProcessEnv {
  const entries = Object.entries(inheritedEnvironment());
  return Object.fromEntries(entries.filter(([name]) => !name.startsWith('PLAYWRIGHT_JSON_')));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * @param file the name of the file of the suite
 * @param above the titles of the describes around the suite, without the file
 */
function testsOf(suite: ListedSuite, file: string, above: readonly string[]): ListedTest[] {
  const own = suite.specs.flatMap(({ title, tests }) =>
    tests.map(({ projectName }) => ({
      project: projectName,
      file,
      titles: [...above, title],
    })),
  );
  const nested = (suite.suites ?? []).flatMap((inner) => testsOf(inner, file, [...above, inner.title]));
  return [...own, ...nested];
}
