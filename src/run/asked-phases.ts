import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandLine, OptionName } from '../config/command-line.ts';
import { type Phase, phaseNames } from '../config/environment.ts';
import { checkout } from '../kernel/checkout.ts';
import { nearestWord, UserError } from '../kernel/errors.ts';

type PhaseName = Phase['name'];

/** A test as Playwright lists it: its project, its file's name, and its titles below the file. */
export interface ListedTest {
  readonly project: string;
  readonly file: string;
  readonly titles: readonly string[];
}

/** Options that choose single tests. Only Playwright knows the phases of these tests. */
const CHOOSING: readonly OptionName[] = [
  'grep',
  'grep-invert',
  'only-changed',
  'test-list',
  'test-list-invert',
];

/**
 * The phases that a command line asks for, in their order: by `--project`, by files, or by other options that choose
 * tests.
 * @param list asks Playwright for the tests; it takes seconds, so it is called only if nothing else decides
 * @throws {UserError} if a named project or file does not exist, or a verdict is named without its measurement
 */
export async function askedPhases(
  line: CommandLine,
  list: () => Promise<readonly ListedTest[]>,
): Promise<Phase[]> {
  const { projects, files, given } = line;
  // Only the load is divided into shards: each shard would run a whole phase of another kind.
  const isShardOfAll = given.has('shard') && projects.length === 0 && files.length === 0;
  const named = isShardOfAll ? ['load' as const] : namedPhases(projects);
  const found = withFiles(named, files);
  if (files.length > 0 && found.length === 0 && !given.has('pass-with-no-tests'))
    throw new UserError(
      `No test file matches ${quoted(files)}. ${fileHint(files)}Name files or folders such as tests/load or tests/chaos/packet-loss.spec.ts.`,
    );
  const isWhole = files.length === 0 && !CHOOSING.some((option) => given.has(option));
  // Only several phases are tied to each other, so a single phase needs no list of its tests.
  if (isWhole || found.length < 2) return found.map((name) => ({ name }));
  const tests = await list();
  return found.flatMap((name) => {
    const own = tests.filter(({ project }) => project === name);
    if (own.length === 0) return [];
    const unique = (texts: readonly string[]) => [...new Set(texts)];
    const titles = unique(own.map((test) => test.titles.join(' ')));
    return [{ name, only: { files: unique(own.map(({ file }) => file)), titles } }];
  });
}

/** The nearest folder or file of the phases. */
function fileHint([file = '']: readonly string[]): string {
  const known = phaseNames.flatMap((phase) => [
    `tests/${phase}`,
    ...filesOfPhase(phase, []).map((name) => `tests/${phase}/${name}`),
  ]);
  const meant = nearestWord(file.replace(/:\d+(:\d+)?$/, ''), known);
  return meant === undefined ? '' : `Did you mean ${meant}? `;
}

function hint(name: string): string {
  const meant = nearestWord(name, phaseNames);
  return meant === undefined ? '' : `Did you mean "${meant}"? `;
}

/** Matches names by Playwright's own rules: case-insensitive, `*` matches any text. */
function namedPhases(projects: readonly string[]): PhaseName[] {
  if (projects.length === 0) return [...phaseNames];
  const found = new Set<string>();
  for (const name of projects) {
    const words = name.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    const pattern = new RegExp(`^${words.join('.*')}$`, 'i');
    const matching = [...phaseNames, 'load verdict'].filter((one) => pattern.test(one));
    if (matching.length === 0)
      throw new UserError(
        `There is no phase "${name}". ${hint(name)}Use --project with ${phaseNames.join(', ')}.`,
      );
    for (const one of matching) found.add(one);
  }
  if (found.has('load verdict') && !found.has('load'))
    throw new UserError(
      '"load verdict" judges a load and runs after each one automatically. Use --project=load.',
    );
  return phaseNames.filter((name) => found.has(name));
}

/** The files of a phase that these arguments of the command line name; all files without arguments. */
export function filesOfPhase(phase: PhaseName, files: readonly string[]): string[] {
  const patterns = files.map(filePattern);
  const folder = join(checkout, 'tests', phase);
  return readdirSync(folder)
    .filter((name) => /\.(spec|verdict)\.ts$/.test(name))
    .filter((name) => files.length === 0 || patterns.some((pattern) => pattern.test(join(folder, name))));
}

/** The phases with a requested file. */
function withFiles(phases: readonly PhaseName[], files: readonly string[]): PhaseName[] {
  if (files.length === 0) return [...phases];
  return phases.filter((phase) => {
    const found = filesOfPhase(phase, files);
    if (phase === 'load') refuseLines(files);
    if (found.length > 0 && !found.some((name) => name.endsWith('.spec.ts')))
      throw new UserError(
        `${quoted(found)} only judges the measurements of the other files in tests/${phase}. Use --project=${phase}.`,
      );
    return found.length > 0;
  });
}

/**
 * `loadTest` makes the tests of a load test, so none of them has a line of its file, and Playwright would find nothing.
 * @throws {UserError} that names the file without the line
 */
function refuseLines(files: readonly string[]): void {
  for (const file of files) {
    const [, path = file] = /^(.*?):\d+(?::\d+)?$/.exec(file) ?? [];
    if (path !== file && filesOfPhase('load', [path]).length > 0)
      throw new UserError(
        `"${file}" names a line, but a load test is a whole file: its slices and its verdict belong together. Use ${path}.`,
      );
  }
}

/** Reads a file argument as Playwright does: a regular expression for the path, with an optional line and column. */
function filePattern(written: string): RegExp {
  const file = /^(.*?):\d+(?::\d+)?$/.exec(written)?.[1] ?? written;
  const [, source, flags] = /^\/(.*)\/([gi]*)$/.exec(file) ?? [];
  try {
    return new RegExp(source ?? file, (flags ?? 'i').replace('g', ''));
  } catch {
    throw new UserError(
      `"${written}" is not a regular expression for the path of a test file. Use a path below tests/.`,
    );
  }
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(', ');
}
