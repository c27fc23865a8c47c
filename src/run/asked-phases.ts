import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { CommandLine, OptionName } from '../config/command-line.ts';
import { crowdPhases, type Phase, phaseNames, usualPhases } from '../config/environment.ts';
import { nearestWord, UserError } from '../kernel/errors.ts';
import { projectFolder } from '../kernel/folders.ts';
import { isSpec, isSpecOrVerdict, type PhaseFolders } from './phase-folders.ts';
import { verdictOf } from './project-names.ts';

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

/** What a command line asks for. */
export interface Asked {
  /** The phases, in their order. */
  readonly phases: Phase[];
  /** Whether it includes projects of the team that are no phases. */
  readonly isBeside: boolean;
}

/** What there is to ask for. */
export interface Askable {
  readonly folders: PhaseFolders;
  /** The names of the team's projects that are no phases. */
  readonly ownProjects: readonly string[];
}

/** What a command line names by `--project` and by files. */
interface Named {
  readonly phases: readonly PhaseName[];
  /** The team's projects; files are not compared with them. */
  readonly own: readonly string[];
}

/**
 * The phases and projects that a command line names.
 * @throws {UserError} if a named project or file does not exist, or a verdict is named without its measurement
 */
export function namedBy({ projects, files, given }: CommandLine, { folders, ownProjects }: Askable): Named {
  // Only the load is divided into shards: each shard would run a whole phase of another kind.
  const isShardOfAll = given.has('shard') && projects.length === 0 && files.length === 0;
  const named = isShardOfAll ? { phases: ['load' as const], own: [] } : namedProjects(projects, ownProjects);
  const found = filesAreLone(files, projects, folders)
    ? withFiles(phaseNames, files, folders)
    : withFiles(named.phases, files, folders);
  if (files.length > 0 && found.length === 0 && named.own.length === 0 && !given.has('pass-with-no-tests'))
    throw new UserError(
      `No test file matches ${quoted(files)}. ${fileHint(files, folders)}Name files or folders such as tests/load or tests/chaos/packet-loss.spec.ts.`,
    );
  return { phases: found, own: named.own };
}

/**
 * The phases and projects that a command line asks for: by `--project`, by files, or by other options that choose tests.
 * @param list asks Playwright for the tests; it takes seconds, so it is called only if nothing else decides
 * @throws {UserError} as `namedBy`
 */
export async function askedPhases(
  line: CommandLine,
  askable: Askable,
  list: () => Promise<readonly ListedTest[]>,
): Promise<Asked> {
  const { phases, own } = namedBy(line, askable);
  const isWhole = line.files.length === 0 && !CHOOSING.some((option) => line.given.has(option));
  // Only several phases are tied to each other, so a single phase needs no list of its tests.
  if (isWhole || phases.length + own.length < 2)
    return { phases: phases.map((name) => ({ name })), isBeside: own.length > 0 };
  return selected(phases, own, await list());
}

/** The phases and projects with a test. */
function selected(phases: readonly PhaseName[], own: readonly string[], tests: readonly ListedTest[]): Asked {
  const unique = (texts: readonly string[]) => [...new Set(texts)];
  return {
    phases: phases.flatMap((name) => {
      const found = tests.filter(({ project }) => project === name);
      if (found.length === 0) return [];
      // A group without a name has an empty title, which Playwright leaves out.
      const titles = unique(found.map((test) => test.titles.filter(Boolean).join(' ')));
      return [{ name, only: { files: unique(found.map(({ file }) => file)), titles } }];
    }),
    isBeside: tests.some(({ project }) => own.includes(project)),
  };
}

/** The nearest folder or file of the phases. */
function fileHint([file = '']: readonly string[], folders: PhaseFolders): string {
  const known = phaseNames.flatMap((phase) => {
    const folder = relative(projectFolder(), folders[phase]);
    return [folder, ...filesOfPhase(folders[phase], []).map((name) => join(folder, name))];
  });
  const meant = nearestWord(file.replace(/:\d+(:\d+)?$/, ''), known);
  return meant === undefined ? '' : `Did you mean ${meant}? `;
}

function hint(name: string, known: readonly string[]): string {
  const meant = nearestWord(name, known);
  return meant === undefined ? '' : `Did you mean "${meant}"? `;
}

/** Matches names by Playwright's own rules: case-insensitive, `*` matches any text. */
function namedProjects(projects: readonly string[], own: readonly string[]) {
  if (projects.length === 0) return { phases: usualPhases, own };
  const found = new Set<string>();
  for (const name of projects) {
    const words = name.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    const pattern = new RegExp(`^${words.join('.*')}$`, 'i');
    // A pattern means what runs usually: the other phases take hours, and run alone.
    const phases = words.length > 1 ? usualPhases : phaseNames;
    const verdicts = crowdPhases.filter((name) => phases.some((one) => one === name)).map(verdictOf);
    const matching = [...phases, ...verdicts, ...own].filter((one) => pattern.test(one));
    if (matching.length === 0)
      throw new UserError(
        `There is no ${own.length === 0 ? 'phase' : 'project'} "${name}". ${hint(name, [...phaseNames, ...own])}Use --project with ${[...phaseNames, ...own].join(', ')}.`,
      );
    for (const one of matching) found.add(one);
  }
  const alone = crowdPhases.find((name) => found.has(verdictOf(name)) && !found.has(name));
  if (alone !== undefined)
    throw new UserError(
      `"${verdictOf(alone)}" judges a ${alone} and runs after each one automatically. Use --project=${alone}.`,
    );
  return {
    phases: phaseNames.filter((name) => found.has(name)),
    own: own.filter((name) => found.has(name)),
  };
}

/** Whether files are named of no usual phase: then those of a phase on request are meant, without its --project. */
function filesAreLone(files: readonly string[], projects: readonly string[], folders: PhaseFolders): boolean {
  return (
    files.length > 0 &&
    projects.length === 0 &&
    usualPhases.every((phase) => filesOfPhase(folders[phase], files).length === 0)
  );
}

/** The files in the folder of a phase that these arguments of the command line name; all files without arguments. */
export function filesOfPhase(folder: string, files: readonly string[]): string[] {
  const patterns = files.map(filePattern);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter(isSpecOrVerdict)
    .filter((name) => files.length === 0 || patterns.some((pattern) => pattern.test(join(folder, name))));
}

/** The phases with a requested file. */
function withFiles(
  phases: readonly PhaseName[],
  files: readonly string[],
  folders: PhaseFolders,
): PhaseName[] {
  if (files.length === 0) return [...phases];
  return phases.filter((phase) => {
    const found = filesOfPhase(folders[phase], files);
    if (crowdPhases.some((crowd) => crowd === phase)) refuseLines(files, folders[phase]);
    if (found.length > 0 && !found.some(isSpec))
      throw new UserError(
        `${quoted(found)} only judges the measurements of the other files of the phase. Use --project=${phase}.`,
      );
    return found.length > 0;
  });
}

/**
 * `loadTest` makes the tests of a load test, so none of them has a line of its file, and Playwright would find nothing.
 * @throws {UserError} that names the file without the line
 */
function refuseLines(files: readonly string[], folder: string): void {
  for (const file of files) {
    const [, path = file] = /^(.*?):\d+(?::\d+)?$/.exec(file) ?? [];
    if (path !== file && filesOfPhase(folder, [path]).length > 0)
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
