import { clock, counted } from '../kernel/figures.ts';
import type { SoakPlan } from './evidence.ts';
import { FEWEST_BLOCKS, WARM_UP } from './growth.ts';
import { FEWEST_RESTS } from './rest.ts';

/** How a soak is divided. */
export type Division = Pick<SoakPlan, 'rounds' | 'workMs' | 'restMs' | 'sampleEveryMs'> & {
  /** Why some metrics cannot get a verdict, and how long the soak has to be; undefined if all can. */
  readonly tooShort: string | undefined;
};

const USUAL_ROUNDS = 12;

/** The longest round of a soak without a number of rounds. */
const LONGEST_ROUND_MS = 10 * 60_000;

/** A shorter round has no time for both work and rest. */
const SHORTEST_ROUND_MS = 30_000;

/**
 * A rest has to outlast what a service keeps for a while after the last participant: idle connections of a pool (10 s in
 * node-postgres), the grace of lost participants (10 s), and the garbage collection of a process that became idle (8 s in V8).
 */
export const SHORTEST_REST_MS = 15_000;
const LONGEST_REST_MS = 60_000;

/** The part of a round that is rest. In a very short round, a rest of 15 s would leave no time for work. */
const REST = 0.25;
const LARGEST_REST = 0.5;

/** Samples per round: a block needs several to have a floor. */
const SAMPLES_PER_ROUND = 30;

/** The rounds that a soak needs for a verdict on each metric. */
const ENOUGH_ROUNDS = Math.max(FEWEST_RESTS, Math.ceil(FEWEST_BLOCKS / (1 - WARM_UP)));

/** Divides the time of a soak into rounds of the same length, each with work and rest. */
export function divide({ forMs, rounds = usualRounds(forMs) }: { forMs: number; rounds?: number }): Division {
  const roundMs = forMs / rounds;
  const restMs = Math.min(
    Math.max(SHORTEST_REST_MS, Math.min(LONGEST_REST_MS, REST * roundMs)),
    LARGEST_REST * roundMs,
  );
  return {
    rounds,
    workMs: Math.round(roundMs - restMs),
    restMs: Math.round(restMs),
    sampleEveryMs: Math.round(Math.min(5_000, Math.max(1_000, roundMs / SAMPLES_PER_ROUND))),
    tooShort: tooShort(forMs, rounds),
  };
}

/** 12, more if a round would be longer than 10 min, fewer if it would be shorter than 30 s. */
function usualRounds(forMs: number): number {
  const possible = Math.max(3, Math.floor(forMs / SHORTEST_ROUND_MS));
  return Math.min(possible, Math.max(USUAL_ROUNDS, Math.ceil(forMs / LONGEST_ROUND_MS)));
}

function tooShort(forMs: number, rounds: number): string | undefined {
  const [shortestMs, roundMs] = [SHORTEST_ROUND_MS * ENOUGH_ROUNDS, forMs / rounds];
  if (rounds >= ENOUGH_ROUNDS && roundMs >= SHORTEST_ROUND_MS) return undefined;
  const soak = `A soak of ${clock(forMs / 1000)} with ${counted(rounds, 'round')}`;
  const fix =
    forMs < shortestMs
      ? `Soak for at least ${clock(shortestMs / 1000)}, with ${ENOUGH_ROUNDS} rounds or more.`
      : `Use at least ${ENOUGH_ROUNDS} rounds of ${SHORTEST_ROUND_MS / 1000} s or more.`;
  return `${soak} is too short for a verdict on each metric. ${fix}`;
}
