import type { Project } from '@playwright/test';
import { type Phase, phasesOf } from '../config/environment.ts';
import type { Settings } from '../config/read-settings.ts';
import { durationMs } from '../crowd/schedules/index.ts';
import type { Prepared } from './prepare-run.ts';

/** A load test is one file: these tags assign its tests to the project `load` or to `load verdict`. */
export const SLICE_TAG = '@slice';
export const VERDICT_TAG = '@verdict';

const tagged = (tag: string) => new RegExp(` ${tag}( |$)`);

/** Short tests that a run of all phases starts with. */
const ready: readonly Project[] = [
  { name: 'service', testDir: 'tests/ready', testMatch: 'service.spec.ts' },
  { name: 'offers', testDir: 'tests/ready', testMatch: 'offers.spec.ts' },
  { name: 'machine', testDir: 'tests/ready', testMatch: 'machine.spec.ts' },
];

/** The projects of a run. Only the requested phases are tied to each other. */
export function projects({ settings, run }: Pick<Prepared, 'settings' | 'run'>): Project[] {
  const phases = phasesOf(run);
  const ties = tiesOf(phases);
  return [
    ...ties,
    ...all({ settings, run }).map((project) => {
      const place = phases.findIndex(({ name }) => name === project.name);
      if (place === 0) return { ...project, dependencies: ties.slice(-1).map(({ name }) => name!) };
      return place > 0 ? narrowed(project, phases[place]!) : project;
    }),
  ];
}

/**
 * Phases never overlap, and each phase runs whether the phase before passed or failed. A failed dependency would skip
 * the next phase, but a teardown still runs, after everything that depends on its owner. So each later phase is the
 * teardown of a project that the earlier phases depend on. The order of all four is load, chaos, bench, conduct:
 * conduct is last, because its messages may end a service.
 */
function tiesOf(phases: readonly Phase[]): Project[] {
  const [, ...later] = phases;
  const chain = ready.slice(ready.length - later.length);
  return chain.map((tie, place) => ({
    ...tie,
    dependencies: chain.slice(Math.max(0, place - 1), place).map(({ name }) => name!),
    teardown: later.at(-1 - place)!.name,
  }));
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

function all({ settings, run }: Pick<Prepared, 'settings' | 'run'>): Project[] {
  return [
    {
      name: 'load',
      testDir: 'tests/load',
      testMatch: '*.spec.ts',
      grep: tagged(SLICE_TAG),
      teardown: 'load verdict',
      // All slices at once: each waits at the barrier for the others.
      fullyParallel: true,
      timeout: sliceTimeoutMs({ settings, run }),
    },
    // A teardown project, because it runs even when a worker was killed.
    {
      name: 'load verdict',
      testDir: 'tests/load',
      testMatch: '*.spec.ts',
      grep: tagged(VERDICT_TAG),
      // The reports of a run are files that all its verdicts write.
      workers: 1,
    },
    ...others(settings),
  ];
}

/** The phases after the load, each with one test at a time. */
function others(settings: Settings): Project[] {
  return [
    {
      name: 'chaos',
      testDir: 'tests/chaos',
      testMatch: '*.spec.ts',
      // One experiment at a time: the fault of one must not affect another one.
      workers: 1,
      timeout: 240_000,
    },
    {
      name: 'bench',
      testDir: 'tests/bench',
      // The verdict runs after the measurements: one worker takes the files in the order of their names.
      testMatch: ['*.spec.ts', '*.verdict.ts'],
      // One operation at a time, called by one process.
      workers: 1,
      timeout: benchTimeoutMs(settings),
    },
    {
      name: 'conduct',
      testDir: 'tests/conduct',
      testMatch: '*.spec.ts',
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
