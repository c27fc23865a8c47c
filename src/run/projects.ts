import { join } from 'node:path';
import type { LaunchOptions, Project } from '@playwright/test';
import { crowdPhases, isLonePhase, type Phase, phaseNames, phasesOf } from '../config/environment.ts';
import type { Settings } from '../config/read-settings.ts';
import { durationMs } from '../crowd/schedules/index.ts';
import { packageFolder } from '../kernel/folders.ts';
import { type PhaseFolders, SPECS, VERDICTS } from './phase-folders.ts';
import type { Prepared } from './prepare-run.ts';
import { readyNames, VERDICT, verdictOf } from './project-names.ts';

/** A test with a crowd is one file: these tags assign its tests to a project such as `load`, or to `load verdict`. */
export const SLICE_TAG = '@slice';
export const VERDICT_TAG = '@verdict';

const tagged = (tag: string) => new RegExp(` ${tag}( |$)`);

/** Short tests that a run of several phases starts with: each of them ties one phase to those before it. */
const ready: readonly Project[] = readyNames.map((name) => ({
  name,
  testDir: join(packageFolder, 'tests', 'ready'),
  testMatch: `${name}.spec.{ts,js}`,
}));

/** Whether a project belongs to the team, by its name: it is neither a phase, nor does it prepare one. */
export function isOwnProject(name: string): boolean {
  return ![...phaseNames, ...crowdPhases.map(verdictOf), ...readyNames].includes(name);
}

/** What the projects of a run are made of. */
export interface ProjectsOf extends Pick<Prepared, 'settings' | 'run' | 'folders'> {
  /** The team's projects. */
  readonly own?: readonly Project[];
  /** How the phases launch browsers. */
  readonly launchOptions?: LaunchOptions;
}

/**
 * The projects of a run: the team's, then the phases. Only the requested phases are tied to each other, and to the team's
 * projects, if these are requested too.
 */
export function projects({ settings, run, folders, own = [], launchOptions }: ProjectsOf): Project[] {
  const phases = phasesOf(run);
  const isAfterOwn = run.own === 'before';
  const later = isAfterOwn ? phases : phases.slice(1);
  const ties = tiesOf(later.flatMap(({ name }) => (name === 'load' ? [name, VERDICT] : [name])));
  const afterTies = ties.slice(-1).map(({ name }) => name!);
  return [
    ...ties,
    ...own.map((project) =>
      isAfterOwn ? { ...project, dependencies: [...(project.dependencies ?? []), ...afterTies] } : project,
    ),
    ...all({ settings, run, folders }).map((of) => {
      const project = { ...of, ...(launchOptions ? { use: { launchOptions } } : {}) };
      const phase = later.find(({ name }) => name === project.name);
      if (phase !== undefined) return narrowed(withoutTeardown(project), phase);
      return project.name === phases[0]?.name ? { ...project, dependencies: afterTies } : project;
    }),
  ];
}

/**
 * Phases never overlap, and each phase runs whether the phase before passed or failed. A failed dependency would skip
 * the next phase, but a teardown still runs, after everything that depends on its owner. So each later phase is the
 * teardown of a project that the earlier phases, and the team's projects, depend on. The order of all four is load, chaos,
 * bench, conduct: conduct is last, because its messages may end a service.
 * @param later the names of the projects that need a tie, in their order
 */
function tiesOf(later: readonly string[]): Project[] {
  const chain = ready.slice(ready.length - later.length);
  return chain.map((tie, place) => ({
    ...tie,
    dependencies: chain.slice(Math.max(0, place - 1), place).map(({ name }) => name!),
    teardown: later.at(-1 - place)!,
  }));
}

/** A teardown cannot have a teardown: after a load that is one, a tie starts the verdict. */
function withoutTeardown({ teardown: _, ...project }: Project): Project {
  return project;
}

/** Playwright runs a whole teardown, even if its command line selects less, so the selection is repeated here. */
function narrowed(project: Project, { only }: Phase): Project {
  if (only === undefined) return project;
  const titles = only.titles.map((title) => new RegExp(`(^| )${escaped(title)}( @|$)`));
  return { ...project, testMatch: only.files, grep: titles };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function all({ settings, run, folders }: Pick<Prepared, 'settings' | 'run' | 'folders'>): Project[] {
  // A phase that runs only on request is in no list of tests before.
  const crowds = crowdPhases.filter(
    (name) => !isLonePhase(name) || phasesOf(run).some((phase) => phase.name === name),
  );
  return [
    ...crowds.flatMap((name): Project[] => [
      {
        name,
        testDir: folders[name],
        testMatch: SPECS,
        grep: tagged(SLICE_TAG),
        teardown: verdictOf(name),
        // All slices at once: each waits at the barrier for the others.
        fullyParallel: true,
        timeout: sliceTimeoutMs({ settings, run }),
      },
      // A teardown project, because it runs even when a worker was killed.
      {
        name: verdictOf(name),
        testDir: folders[name],
        testMatch: SPECS,
        grep: tagged(VERDICT_TAG),
        // The reports of a run are files that all its verdicts write.
        workers: 1,
      },
    ]),
    ...others(settings, folders),
  ];
}

/** The phases after the load, each with one test at a time. */
function others(settings: Settings, folders: PhaseFolders): Project[] {
  return [
    {
      name: 'chaos',
      testDir: folders.chaos,
      testMatch: SPECS,
      // One experiment at a time: the fault of one must not affect another one.
      workers: 1,
      timeout: 240_000,
    },
    {
      name: 'bench',
      testDir: folders.bench,
      // The verdict runs after the measurements: one worker takes the files in the order of their names.
      testMatch: [SPECS, VERDICTS],
      // One operation at a time, called by one process.
      workers: 1,
      timeout: benchTimeoutMs(settings),
    },
    {
      name: 'conduct',
      testDir: folders.conduct,
      testMatch: SPECS,
      // The questions take seconds together; a second worker would start a second service for them.
      workers: 1,
      timeout: 60_000,
    },
  ];
}

/** The schedule, and time for workers to start and for participants to finish and leave. */
export function sliceTimeoutMs({ settings, run }: Pick<Prepared, 'settings' | 'run'>): number {
  return (
    durationMs(settings.schedule) +
    settings.DRAIN_TIMEOUT * 1000 +
    settings.REQUEST_TIMEOUT_MS * 2 +
    Math.max(0, (settings.START_AT?.getTime() ?? 0) - Date.now()) +
    60_000 +
    5000 * run.workers
  );
}

/** Enough if each call takes a tenth of a second, including the warm-up and a second measurement. */
function benchTimeoutMs({ ITERATIONS, BENCH_WARMUP }: Settings): number {
  return 60_000 + (ITERATIONS + BENCH_WARMUP) * 2 * 100;
}
