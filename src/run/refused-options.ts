import { isAbsolute, relative, resolve } from 'node:path';
import type { CommandLine, OptionName } from '../config/command-line.ts';
import { isLonePhase, type Phase } from '../config/environment.ts';
import { UserError } from '../kernel/errors.ts';

/** Options of Playwright that no run can use: the reason, and the alternative. */
const REFUSED: Partial<Record<OptionName, string>> = {
  ui: 'a run is one process and one measurement, and the UI mode repeats tests in one process. Open the live dashboard of a run instead (DASHBOARD_PORT)',
  'ui-host':
    'it opens the UI mode, which repeats tests in one process. Open the live dashboard of a run instead (DASHBOARD_PORT)',
  'ui-port':
    'it opens the UI mode, which repeats tests in one process. Open the live dashboard of a run instead (DASHBOARD_PORT)',
  browser:
    'it replaces the phases. Choose what runs with --project; browsers are participants of the load (BROWSER_USERS)',
  'last-failed':
    'a failed slice or target is not a run of its own. Name the phase or the file again, such as --project=load',
  shuffle: 'phases, slices and verdicts have an order. Omit it',
};

/** A quick test sets up its fixtures in less time, also on a busy machine. */
const SHORTEST_TIMEOUT_MS = 1000;

/**
 * Refuses invalid options before anything is started. All mistakes are reported at once.
 * @throws {UserError} one line for each option
 */
export function refuseOptions({ given }: CommandLine): void {
  const mistakes = Object.entries(REFUSED).flatMap(([name, why]) =>
    given.has(name as OptionName) ? [`--${name} cannot be used: ${why}.`] : [],
  );
  if (countOf(given.get('repeat-each')) > 1)
    mistakes.push(
      `--repeat-each=${given.get('repeat-each')} cannot be used: a repeated slice would be a second crowd. Start the run again instead.`,
    );
  if (countOf(given.get('retries')) > 0)
    mistakes.push(
      `--retries=${given.get('retries')} cannot be used: a slice that starts again would be a second crowd, and an experiment that passes the second time has failed. Leave it out.`,
    );
  const timeout = countOf(given.get('timeout'));
  if (timeout > 0 && timeout < SHORTEST_TIMEOUT_MS)
    mistakes.push(
      `--timeout=${given.get('timeout')} cannot be used: it would end each test before it has begun. Use ${SHORTEST_TIMEOUT_MS} ms or more, or leave it out.`,
    );
  const workers = given.get('workers');
  if (typeof workers === 'string' && !/^\s*(0*[1-9]\d*|0*[1-9]\d*(\.\d+)?%)\s*$/.test(workers))
    mistakes.push(
      `--workers=${workers} is not a number of workers. Use a whole number from 1, or a percentage, such as 50%.`,
    );
  if (mistakes.length > 0) throw new UserError(mistakes.join('\n'));
}

/** Playwright reads these paths after this process has entered the folder of the project. @throws {UserError} */
export function refuseRelativePaths(
  { command, given, files }: CommandLine,
  project: string,
  folder = process.cwd(),
): void {
  if (relative(project, folder) === '') return;
  const paths = {
    '--test-list': given.get('test-list'),
    '--test-list-invert': given.get('test-list-invert'),
    'merge-reports': command === 'merge-reports' ? (files[0] ?? '.') : undefined,
  };
  for (const [name, path] of Object.entries(paths))
    if (typeof path === 'string' && !isAbsolute(path))
      throw new UserError(
        `${name} "${path}" is relative and was given outside of the project's folder. Use its absolute path: ${resolve(folder, path)}`,
      );
}

/** Options that are invalid for several phases in one run. @throws {UserError} that names the phases and the option */
export function refuseForSeveral({ given }: CommandLine, phases: readonly Phase[]): void {
  if (phases.length < 2) return;
  const names = phases.map(({ name }) => name).join(', ');
  const first = `--project=${phases[0]!.name}`;
  if (given.has('no-deps'))
    throw new UserError(
      `--no-deps would let phases overlap (${names}). Leave it out, or choose one phase, such as ${first}.`,
    );
  if (given.has('shard'))
    throw new UserError(
      `--shard=${given.get('shard')} divides one phase, and several were chosen (${names}). Choose one, such as ${first}.`,
    );
}

/**
 * A capacity search and a soak change the service for everything beside them, and are one measurement on one machine.
 * @throws {UserError} that names the phase and what was asked for beside it
 */
export function refuseBesideOthers(
  { given }: CommandLine,
  phases: readonly Phase[],
  isBesideOwn: boolean,
): void {
  const lone = phases.find(({ name }) => isLonePhase(name));
  if (lone === undefined) return;
  const others = [
    ...phases.filter((phase) => phase !== lone).map(({ name }) => name),
    ...(isBesideOwn ? ['your own projects'] : []),
  ];
  if (others.length > 0)
    throw new UserError(
      `The phase ${lone.name} runs alone, and ${others.join(', ')} ${others.length === 1 && !isBesideOwn ? 'was' : 'were'} chosen too. Use --project=${lone.name} alone.`,
    );
  if (given.has('shard'))
    throw new UserError(
      `--shard=${given.get('shard')} cannot be used: the phase ${lone.name} runs on one machine. Leave it out.`,
    );
}

/**
 * Playwright gives each shard a part of the tests. With several load tests, shards would get different crowds, not a
 * part of each. @throws {UserError} that names the files
 */
export function refuseShardsOfSeveral({ given }: CommandLine, loadTests: readonly string[]): void {
  if (!given.has('shard') || loadTests.length < 2) return;
  throw new UserError(
    `--shard=${given.get('shard')} divides one load test, and several were chosen (${loadTests.join(', ')}). Name one, such as tests/load/${loadTests[0]}.`,
  );
}

function countOf(value: string | true | undefined): number {
  return typeof value === 'string' ? Number.parseInt(value, 10) : 0;
}
