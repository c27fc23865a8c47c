import type { Project } from '@playwright/test';
import { type Phase, phasesOf } from '../config/environment.ts';
import type { Settings } from '../config/read-settings.ts';
import { durationMs } from '../crowd/schedules/index.ts';
import type { Prepared } from './prepare-run.ts';

/** Tests of their own, which take a moment: what a run of everything asks first. */
const ready: readonly Project[] = [
  { name: 'service', testDir: 'tests/ready', testMatch: 'service.spec.ts' },
  { name: 'offers', testDir: 'tests/ready', testMatch: 'offers.spec.ts' },
  { name: 'machine', testDir: 'tests/ready', testMatch: 'machine.spec.ts' },
];

/** The projects of a run. The phases that were asked for are tied to each other, and to no others. */
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
 * Phases never overlap, and run whatever became of the one before. A dependency's failure would skip the next phase; a
 * teardown runs all the same, after everything that depends on its owner. So each later phase is the teardown of
 * something that the earlier ones depend on. With all four: load, then chaos, then bench, then conduct, the last one,
 * since its messages may end a service.
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

/** Playwright runs all of a teardown, whatever its command line asks for: so it is asked for here once more. */
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
      teardown: 'load verdict',
      // All shares at once: each waits at the barrier for the others.
      fullyParallel: true,
      timeout: shareTimeoutMs({ settings, run }),
    },
    // A teardown project, because it runs even when a worker was killed.
    { name: 'load verdict', testDir: 'tests/load', testMatch: '*.verdict.ts' },
    ...others(settings),
  ];
}

/** One after the other, and one test at a time. */
function others(settings: Settings): Project[] {
  return [
    {
      name: 'chaos',
      testDir: 'tests/chaos',
      testMatch: '*.spec.ts',
      // One experiment at a time: what one breaks must not be what another one sees.
      workers: 1,
      timeout: 240_000,
    },
    {
      name: 'bench',
      testDir: 'tests/bench',
      // The verdict comes after what it judges: one worker takes the files by their names.
      testMatch: ['*.spec.ts', '*.verdict.ts'],
      // One operation at a time, and one process that calls it.
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

/** Beyond the schedule: workers start, participants finish, the last ones are asked to leave. */
function shareTimeoutMs({ settings, run }: Pick<Prepared, 'settings' | 'run'>): number {
  return (
    durationMs(settings.schedule) +
    settings.DRAIN_TIMEOUT * 1000 +
    settings.REQUEST_TIMEOUT_MS * 2 +
    Math.max(0, (settings.START_AT?.getTime() ?? 0) - Date.now()) +
    60_000 +
    5000 * run.workers
  );
}

/** Even if all calls, those of the warm-up and of a second measurement too, should take a tenth of a second. */
function benchTimeoutMs({ ITERATIONS, BENCH_WARMUP }: Settings): number {
  return 60_000 + (ITERATIONS + BENCH_WARMUP) * 2 * 100;
}
