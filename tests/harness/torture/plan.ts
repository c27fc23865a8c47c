import { type Random, seeded } from '../../../src/kernel/random.ts';
import { type ProgramName, programs, type Variant } from './programs.ts';
import type { Role } from './roles.ts';

export const signals = ['SIGKILL', 'SIGTERM', 'SIGHUP', 'SIGINT'] as const;
export type Signal = (typeof signals)[number];

/** One kill: the program, the process, the signal and the time. */
export interface Case {
  /** From 1. */
  readonly number: number;
  readonly program: ProgramName;
  readonly variant: Variant;
  readonly whom: Role;
  /** Selects one of several processes, in [0, 1). */
  readonly which: number;
  readonly signal: Signal;
  /** Seconds between the first and the second signal; undefined for one signal. */
  readonly pauseS: number | undefined;
  /** Only the process, or the group of the main process, like a terminal. */
  readonly reach: 'alone' | 'group';
  /** The kill comes this number of seconds after the first process of this role started. */
  readonly after: { readonly role: Role; readonly seconds: number };
}

interface PlanOptions {
  readonly seed: string;
  readonly count: number;
  /** All programs if undefined. */
  readonly only?: ProgramName;
  /** Processes that this machine cannot run, such as tcpdump if it is not installed. */
  readonly without?: readonly Role[];
}

/** The cases of a seed. The same seed gives the same cases, and a longer plan starts with the shorter one. */
export function planOf({ seed, count, only, without = [] }: PlanOptions): Case[] {
  return Array.from({ length: count }, (_, position) =>
    drawCase(position + 1, seeded(seed, 'torture', position + 1), only, without),
  );
}

/** `main SIGTERM twice to its group`: the process and the signal. */
export function describeKill({ whom, signal, pauseS, reach }: Case): string {
  return [whom, signal, pauseS !== undefined && 'twice', reach === 'group' && 'to its group']
    .filter(Boolean)
    .join(' ');
}

function drawCase(
  number: number,
  random: Random,
  only: ProgramName | undefined,
  without: readonly Role[],
): Case {
  const offered = programs.filter(({ name }) => only === undefined || name === only);
  const program = pick(
    random,
    offered.flatMap((one) => Array<(typeof offered)[number]>(one.weight).fill(one)),
  );
  const variant = pick(
    random,
    program.variants.filter(({ roles = [] }) => !roles.some((role) => without.includes(role))),
  );
  // The processes of the variant are drawn as often as all other processes together.
  const own = variant.roles ?? [];
  const whom = own.length > 0 && random() < 0.3 ? pick(random, own) : pick(random, program.roles);
  const signal = pick(random, signals);
  const isWhole = whom === 'main' || whom === 'everything';
  // The phases before the workers are short: the start-up and the service.
  const role =
    isWhole && program.roles.includes('worker') && random() < 0.75 ? 'worker' : isWhole ? 'main' : whom;
  const seconds = role === 'main' && program.roles.includes('worker') ? 6 : program.seconds;
  return {
    number,
    program: program.name,
    variant,
    whom,
    which: random(),
    signal,
    pauseS: random() < 0.3 ? rounded(0.05 + random() * 2) : undefined,
    reach: whom === 'main' && random() < 0.5 ? 'group' : 'alone',
    after: { role, seconds: rounded(0.1 + random() * seconds) },
  };
}

function pick<T>(random: Random, of: readonly T[]): T {
  return of[Math.floor(random() * of.length)]!;
}

/** Rounded to hundredths, so that a line shows the exact value. */
function rounded(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
