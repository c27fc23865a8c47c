import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Lane } from './lane.ts';
import type { Case } from './plan.ts';
import { type LaneProcess, send } from './processes.ts';
import type { Variant } from './programs.ts';
import type { Role } from './roles.ts';

/** The interval at which processes are sampled. */
const LOOK_MS = 100;

/** The end of a process that the torture started. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether it was killed after its time limit. */
  readonly isOverdue: boolean;
  readonly output: string;
}

export interface TorturedRun extends Ended {
  /** The pid of the main process. */
  readonly pid: number;
  /** All processes of the lane that were seen before the kill. */
  readonly seen: ReadonlySet<number>;
  /** When the first signal was sent, in ms since the epoch; undefined when the run had ended before. */
  readonly killedAtMs: number | undefined;
  /** The killed processes, with pid and command line. */
  readonly killed: readonly LaneProcess[];
  /** When the output first named the phase, in ms since the epoch; undefined before. */
  readonly begunAtMs: number | undefined;
}

/** A program in a lane, in a separate process group, like in a terminal. */
class Started {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;
  readonly #path: string;
  #isOver = false;

  constructor(lane: Lane, { arguments: args, settings }: Variant, outputPath: string) {
    // The output goes to a file, because a leftover process would keep a pipe open.
    const output = openSync(outputPath, 'w');
    this.#path = outputPath;
    this.#child = spawn(process.execPath, lane.arguments(args), {
      cwd: lane.checkout,
      env: lane.environment(settings),
      detached: true,
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    this.pid = this.#child.pid!;
    this.#exit = once(this.#child, 'exit').then(() => {
      this.#isOver = true;
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get output(): string {
    return readFileSync(this.#path, 'utf8');
  }

  /** Resolves with the end of the process, which is killed after its time limit. */
  async end(limitMs: number, signal: AbortSignal): Promise<Ended> {
    const timer = AbortSignal.timeout(limitMs);
    const either = AbortSignal.any([timer, signal]);
    const given = new Promise<void>((resolve) => {
      if (either.aborted) resolve();
      else either.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([this.#exit, given]);
    const isOverdue = !this.#isOver;
    if (isOverdue) {
      send(this.pid, 'SIGKILL');
      await this.#exit;
    }
    const { exitCode, signalCode } = this.#child;
    return { code: exitCode, signal: signalCode, isOverdue, output: this.output };
  }
}

interface Limits {
  readonly limitMs: number;
  readonly outputPath: string;
  readonly signal: AbortSignal;
}

/** Runs a program in a lane to its end. */
export function runToEnd(lane: Lane, variant: Variant, limits: Limits): Promise<Ended> {
  return new Started(lane, variant, limits.outputPath).end(limits.limitMs, limits.signal);
}

/** Runs the program of a case, kills the process of the case, and waits for the end of the run. */
export async function torture(lane: Lane, one: Case, limits: Limits): Promise<TorturedRun> {
  const { limitMs, signal } = limits;
  const started = new Started(lane, one.variant, limits.outputPath);
  const deadline = Date.now() + limitMs;
  const appeared = new Map<Role, number>([['main', Date.now()]]);
  let killedAtMs: number | undefined;
  let begunAtMs: number | undefined;
  let killed: readonly LaneProcess[] = [];
  const seen = new Set<number>();
  while (!started.isOver && killedAtMs === undefined && Date.now() < deadline && !signal.aborted) {
    const living = lane.processes.living();
    for (const { pid, role } of living) {
      seen.add(pid);
      if (role && !appeared.has(role)) appeared.set(role, Date.now());
    }
    if (begunAtMs === undefined && hasBegun(one, started.output)) begunAtMs = Date.now();
    const since = appeared.get(one.after.role);
    const leftMs = since === undefined ? LOOK_MS : since + one.after.seconds * 1000 - Date.now();
    if (since !== undefined && leftMs <= 0) {
      killed = victims(one, started.pid, living);
      if (killed.length > 0) {
        killedAtMs = Date.now();
        strike(one, killed);
        break;
      }
    }
    await pause(Math.max(1, Math.min(LOOK_MS, leftMs > 0 ? leftMs : LOOK_MS)));
  }
  if (killedAtMs !== undefined && one.pauseS !== undefined) {
    await pause(one.pauseS * 1000);
    strike(one, one.whom === 'everything' ? lane.processes.living() : stillThere(lane, killed));
  }
  const ended = await started.end(Math.max(1, deadline - Date.now()), signal);
  return { ...ended, pid: started.pid, seen, killedAtMs, killed, begunAtMs };
}

/** A line of the output names the crowd, the experiment or the benchmark of a phase. */
function hasBegun({ program }: Case, output: string): boolean {
  return program === 'load' ? / users {2}·/.test(output) : new RegExp(`^${program}: \\S`, 'm').test(output);
}

function victims({ whom, which }: Case, main: number, living: readonly LaneProcess[]): LaneProcess[] {
  if (whom === 'everything') return [...living];
  const all = living.filter(({ pid, role }) => (whom === 'main' ? pid === main : role === whom));
  return all.length === 0 ? [] : [all[Math.floor(which * all.length)]!];
}

/** Another process may have the same pid by now. */
function stillThere(lane: Lane, before: readonly LaneProcess[]): LaneProcess[] {
  const known = new Set(before.map(({ pid, since }) => `${pid} ${since}`));
  return lane.processes.living().filter(({ pid, since }) => known.has(`${pid} ${since}`));
}

function strike({ signal, reach }: Case, whom: readonly LaneProcess[]): void {
  for (const { pid } of whom) send(reach === 'group' ? -pid : pid, signal);
}
