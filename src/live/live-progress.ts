import { isLonePhase } from '../config/environment.ts';
import type { LiveCrowd } from './live-crowd.ts';
import type { LivePhase } from './live-phases.ts';

/** About how long one test of a phase takes, in seconds: phases take a part of the bar that fits their time. */
const TEST_S: Readonly<Record<string, number>> = { ready: 2, chaos: 10, bench: 4, conduct: 0.3 };
const OTHER_TEST_S = 2;

/** About how long the participants of a crowd take to finish, and how much of the phase the verdict takes. */
const FINISH_S = 10;
const VERDICT_PART = 0.1;

/** The run is not over before its verdict. */
const ALMOST = 0.99;

export interface Progressing {
  readonly phases: readonly LivePhase[];
  readonly crowds: readonly Pick<LiveCrowd, 'phase' | 'elapsedS' | 'scheduleS'>[];
  /** The load tests of the run. */
  readonly loadTests: number;
  /** By the schedule of the run. */
  readonly scheduleS: number;
  /** The longest time of a capacity search or a soak, and how long it has run; absent for other runs. */
  readonly limited?: { readonly limitS: number; readonly elapsedS: number } | undefined;
}

/**
 * How far a run is, from 0 to 1. It never falls: phases may be added, be shorter than planned or skip tests, and
 * participants may need longer than expected.
 */
export class LiveProgress {
  #reached = 0;

  at(state: Progressing): number {
    this.#reached = Math.max(this.#reached, Math.min(ALMOST, estimate(state)));
    return this.#reached;
  }

  end(): void {
    this.#reached = 1;
  }
}

function estimate(state: Progressing): number {
  let [all, passed] = [0, 0];
  for (const phase of state.phases) {
    const seconds = secondsOf(phase, state);
    all += seconds;
    passed += seconds * partOf(phase, state);
  }
  return all === 0 ? 0 : passed / all;
}

function secondsOf({ name, of }: LivePhase, { loadTests, scheduleS, limited }: Progressing): number {
  if (isLonePhase(name) && limited) return limited.limitS;
  if (name === 'load') return Math.max(1, loadTests) * (scheduleS + FINISH_S);
  return of * (TEST_S[name] ?? OTHER_TEST_S);
}

function partOf({ name, state, done, of }: LivePhase, { crowds, loadTests, limited }: Progressing): number {
  if (state === 'waiting') return 0;
  if (state === 'over') return 1;
  const tests = of === 0 ? 0 : done / of;
  if (isLonePhase(name) && limited)
    return (1 - VERDICT_PART) * Math.min(1, limited.elapsedS / limited.limitS) + VERDICT_PART * tests;
  if (name !== 'load') return tests;
  const loaded = crowds.reduce((sum, crowd) => sum + partOfCrowd(crowd), 0);
  return (1 - VERDICT_PART) * (loaded / Math.max(1, loadTests, crowds.length)) + VERDICT_PART * tests;
}

function partOfCrowd({ phase, elapsedS, scheduleS }: Progressing['crowds'][number]): number {
  if (phase === 'over') return 1;
  const arriving = scheduleS / (scheduleS + FINISH_S);
  if (elapsedS < scheduleS) return arriving * (elapsedS / scheduleS);
  // The end of the last participant is unknown: half of the rest per FINISH_S.
  return 1 - (1 - arriving) * 0.5 ** ((elapsedS - scheduleS) / FINISH_S);
}
