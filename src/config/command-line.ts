import { availableParallelism, cpus } from 'node:os';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Run } from './environment.ts';

const text = { type: 'string' } as const;

/** Playwright's options with a value, and the flags that the harness reads. All others are flags that it ignores. */
const options = {
  browser: text,
  config: { ...text, short: 'c' },
  debug: text,
  'add-reporter': text,
  'global-timeout': text,
  grep: { ...text, short: 'g' },
  'grep-invert': { ...text, short: 'G' },
  'last-failed': { type: 'boolean' },
  'last-failed-file': text,
  list: { type: 'boolean' },
  'max-failures': text,
  'no-deps': { type: 'boolean' },
  'only-changed': text,
  output: text,
  project: text,
  'pass-with-no-tests': { type: 'boolean' },
  'repeat-each': text,
  reporter: text,
  retries: text,
  'run-agents': text,
  shard: text,
  shuffle: text,
  'test-list': text,
  'test-list-invert': text,
  timeout: text,
  trace: text,
  tsconfig: text,
  ui: { type: 'boolean' },
  'ui-host': text,
  'ui-port': text,
  'update-snapshots': { ...text, short: 'u' },
  'update-source-method': text,
  workers: { ...text, short: 'j' },
} as const satisfies ParseArgsConfig['options'];

export type OptionName = keyof typeof options;

/** A command line of Playwright, read as Playwright reads it. */
export interface CommandLine {
  /** `test`, `merge-reports`, …; undefined in a worker, which has no command line. */
  readonly command: string | undefined;
  /** The last value of each given option, or true for a flag. */
  readonly given: ReadonlyMap<OptionName, string | true>;
  /** The values of all `--project`; empty where the option is missing. */
  readonly projects: readonly string[];
  /** Regular expressions for the paths of test files, each with an optional line. */
  readonly files: readonly string[];
}

/** @param args as in `process.argv`: Node and the script come first */
export function readCommandLine(args: readonly string[] = process.argv): CommandLine {
  const [command, ...rest] = args.slice(2);
  const { tokens } = parseArgs({ args: rest, options, strict: false, allowPositionals: true, tokens: true });
  const given = new Map<OptionName, string | true>();
  const [projects, files]: [string[], string[]] = [[], []];
  // `--project load bench` names two projects; `--project=load bench` names one project and one file.
  let takesProjects = false;
  for (const token of tokens) {
    if (token.kind === 'option-terminator') break;
    if (token.kind === 'positional') {
      (takesProjects ? projects : files).push(token.value);
      continue;
    }
    takesProjects = token.name === 'project' && token.inlineValue === false;
    if (token.name === 'project' && token.value !== undefined) projects.push(token.value);
    if (token.name in options) given.set(token.name as OptionName, token.value ?? true);
  }
  return { command, given, projects, files };
}

/** Whether tests are only listed: by `--list`, or by an editor through Playwright's test server. */
export function isListing({ command, given }: CommandLine = readCommandLine()): boolean {
  return given.has('list') || command === 'test-server';
}

/**
 * Prints for the user, on standard output; if the command line chose other reporters, such as `--reporter=json`,
 * standard output belongs to them, and this prints to standard error.
 */
export function printForUser(text: string, { given }: CommandLine = readCommandLine()): void {
  if (given.has('reporter')) console.error(text);
  else console.log(text);
}

/** `--workers` and `--shard` as Playwright reads them from its command line. */
export function parallelism({ given }: CommandLine = readCommandLine()): Pick<Run, 'workers' | 'shard'> {
  const shard = /^(\d+)\/(\d+)$/.exec(String(given.get('shard') ?? ''));
  return {
    workers: workersOf(given),
    shard: shard ? { index: Number(shard[1]), of: Number(shard[2]) } : { index: 1, of: 1 },
  };
}

function workersOf(given: CommandLine['given']): number {
  // Playwright's debugging mode always has one worker.
  if (given.has('debug')) return 1;
  const workers = given.get('workers');
  return typeof workers === 'string' ? countOf(workers) : defaultWorkers();
}

/** One worker hosts many participants, so more workers than cores only compete for the processors. */
function defaultWorkers(): number {
  return Math.max(1, Math.min(4, availableParallelism()));
}

function countOf(workers: string): number {
  const percent = /^(\d+)%$/.exec(workers);
  const count = percent
    ? Math.floor((cpus().length * Number(percent[1])) / 100)
    : Number.parseInt(workers, 10);
  // Playwright rejects a text that is not a number with its own message.
  return Number.isInteger(count) ? Math.max(1, count) : 1;
}
