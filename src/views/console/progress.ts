import { crowdPhases } from '../../config/environment.ts';
import { clock, counted, msWithin, perSecond } from '../../kernel/figures.ts';
import type { LiveCrowd } from '../../live/live-crowd.ts';
import type { LiveRun } from '../../live/live-run.ts';

/** The progress of a run, as the parts of a line. */
export interface Progress {
  readonly phase: string;
  /** How far the whole run is, from 0 to 1. */
  readonly share: number;
  readonly figures: readonly Figure[];
  /** The running test and step, not truncated; empty between two tests. */
  readonly what: string;
}

export interface Figure {
  readonly text: string;
  /** 1 for the most important figure of the line. */
  readonly rank: number;
  readonly tone?: 'bad';
  /** A time, which changes even if nothing happens. */
  readonly isClock?: true;
}

/** Undefined before the first test begins and after the last one. */
export function progressOf(run: LiveRun, now = performance.now()): Progress | undefined {
  const phase = run.phases.current;
  if (!phase) return undefined;
  const crowd = run.crowds.at(-1);
  const isCrowd = crowdPhases.some((one) => one === phase.name);
  if (isCrowd && crowd && crowd.phase !== 'over') return crowdProgress(run, crowd, phase.name);
  const { name, done, of, test, startedAt } = phase;
  const elapsed = { text: clock((now - startedAt) / 1000), rank: 2, isClock: true as const };
  // The tests of a load do not show its progress: slices end together, and verdicts take no time.
  if (isCrowd) {
    const ended = name === 'soak' && done === 0 ? `${crowd?.name}: the service rests` : undefined;
    const what = crowd ? (ended ?? ['verdict', test].filter(Boolean).join(': ')) : 'the workers start';
    return { phase: name, share: run.progress, figures: [elapsed], what };
  }
  const running = run.results.experiments.findLast(({ state }) => state === 'running');
  return {
    phase: name,
    share: run.progress,
    figures: [{ text: `${done} of ${of}`, rank: 1 }, elapsed],
    what: [test, running?.act].filter(Boolean).join(': '),
  };
}

function crowdProgress(run: LiveRun, crowd: LiveCrowd, phase: string): Progress {
  const { elapsedS, scheduleS, users, timings, seconds, name } = crowd;
  const { actions } = timings;
  const { p95Ms } = crowd.latencies(actions.ok);
  const { p95Ms: earliestMs } = crowd.latencies(actions.earliest);
  const errors = actions.total - actions.successful;
  const left = scheduleS - elapsedS;
  return {
    phase,
    share: run.progress,
    figures: [
      { text: clock(elapsedS), rank: 1 },
      { text: left > 0 ? `${clock(left)} left` : 'finishing', rank: 6 },
      { text: counted(users, 'user'), rank: 4 },
      { text: perSecond(seconds.at(-1)?.total ?? 0), rank: 5 },
      { text: `P95 ${p95Ms === null ? '–' : msWithin(p95Ms, earliestMs ?? p95Ms)}`, rank: 3 },
      { text: counted(errors, 'error'), rank: 2, ...(errors > 0 ? { tone: 'bad' as const } : {}) },
    ],
    what: name,
  };
}
