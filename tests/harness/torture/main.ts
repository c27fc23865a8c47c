import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { CommandIo } from '../../../src/kernel/command.ts';
import { UserError } from '../../../src/kernel/errors.ts';
import { counted } from '../../../src/kernel/figures.ts';
import { kernelLayerAvailable } from '../../../src/network/kernel/kernel-layer.ts';
import { type CaseResult, runCase, runNext } from './case.ts';
import { seconds } from './judge.ts';
import { Lane, lanesPrefix } from './lane.ts';
import { machineState } from './leftovers.ts';
import { readOptions } from './options.ts';
import { type Case, planOf } from './plan.ts';
import { shardOfHealthyRun } from './programs.ts';
import type { Role } from './roles.ts';
import { caseLine, summaryLines } from './tell.ts';
import { runToEnd } from './tortured-run.ts';

/** The time limit of the first runs, which fill the caches of compiled files. */
const PREPARATION_MS = 5 * 60_000;
/** The time limit of a run or a report; on a slow machine, this multiple of the time of a healthy run. */
const LIMIT_MS = 60_000;
const LIMIT_TIMES = 5;
/** The time limit of a whole case, in addition to this multiple of the time of a healthy run. */
const CASE_MS = 30_000;
const CASE_TIMES = 4;

const kept = join(import.meta.dirname, '../../../reports/torture');

/**
 * `npm run torture`: kills runs at random times, and checks that nothing is left, nothing is lost, and the next run works.
 * The same seed gives the same kills. Exits with 1 if a case failed or was not reached.
 */
export async function main(args: readonly string[], io: CommandIo): Promise<number> {
  const options = readOptions(args, () => randomBytes(4).toString('hex'));
  if (process.platform !== 'linux') throw new UserError('The torture reads /proc, so it needs Linux.');
  const missing = missingRoles();
  const plan = planOf({ ...options, without: missing });
  const cases = options.case === undefined ? plan : [plan[options.case - 1]!];
  const lanes = Math.min(options.lanes, cases.length);
  io.out(
    `Torture  ${cases.length} of ${counted(plan.length, 'kill')} in ${counted(lanes, 'lane')}. ` +
      `Repeat with: npm run torture -- ${plan.length} --seed ${options.seed}${options.only ? ` --only ${options.only}` : ''}`,
  );
  if (missing.length > 0) io.out(`Without  ${missing.join(', ')}, which cannot run on this machine`);

  const house = await House.open(lanes, Number(io.environment.SERVICE_PORT ?? '3002'));
  const folder = join(kept, `${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}-${options.seed}`);
  const before = machineState();
  const results: CaseResult[] = [];
  try {
    const healthyMs = await house.prepare(cases.some(({ program }) => program === 'merge'));
    const wholeMs = (cases.length * (CASE_MS + CASE_TIMES * healthyMs)) / lanes;
    io.out(
      `A healthy run takes ${seconds(healthyMs)} on this machine. All cases end within ${Math.ceil(wholeMs / 60_000)} minutes.`,
    );
    const signal = AbortSignal.any([AbortSignal.timeout(wholeMs), house.signal]);
    const limitMs = Math.max(LIMIT_MS, LIMIT_TIMES * healthyMs);
    const queue = [...cases];
    await Promise.all(
      house.lanes.map(async (lane) => {
        for (let one = next(queue, signal); one; one = next(queue, signal)) {
          const result = await runCase(lane, one, { folder, limitMs, signal });
          if (result === undefined) return;
          results.push(result);
          io.out(caseLine(result, plan.length));
        }
      }),
    );
  } finally {
    house.close();
  }
  return conclude(
    { cases, results, folder, left: machineState().filter((one) => !before.includes(one)) },
    io,
  );
}

function next(queue: Case[], signal: AbortSignal): Case | undefined {
  return signal.aborted ? undefined : queue.shift();
}

interface Conclusion {
  readonly cases: readonly Case[];
  readonly results: readonly CaseResult[];
  readonly folder: string;
  /** The state of the machine. */
  readonly left: readonly string[];
}

function conclude({ cases, results, folder, left }: Conclusion, io: CommandIo): number {
  const failed = results.filter(({ faults }) => faults.length > 0);
  const missed = cases.length - results.length;
  io.out(['', ...summaryLines(results), ''].join('\n'));
  for (const one of left) io.out(`❌ left behind on the machine: ${one}`);
  if (missed > 0) io.out(`❌ ${missed} of ${cases.length} cases did not start in time`);
  if (failed.length > 0)
    io.out(`❌ ${counted(failed.length, 'case')} failed. Output: ${relative(process.cwd(), folder)}`);
  const isWell = failed.length + missed + left.length === 0;
  io.out(isWell ? `✅ ${counted(results.length, 'kill')}: nothing was left, nothing was lost` : '❌ FAILED');
  return isWell ? 0 : 1;
}

/** The processes that cannot run here, because programs or rights are missing. */
function missingRoles(): Role[] {
  const hasCapture = process.getuid?.() === 0 && spawnSync('tcpdump', ['--version']).error === undefined;
  return [
    ...(hasCapture ? [] : (['tcpdump'] as const)),
    ...(kernelLayerAvailable().ok ? [] : (['kernel keeper', 'far end'] as const)),
  ];
}

function preparing(lane: Lane, name: string, signal: AbortSignal) {
  return { limitMs: PREPARATION_MS, outputPath: join(lane.folder, `${name}.txt`), signal };
}

/** All lanes, and their end. */
class House {
  readonly lanes: readonly Lane[];
  readonly #folder: string;
  readonly #stop = new AbortController();

  private constructor(folder: string, lanes: readonly Lane[]) {
    this.#folder = folder;
    this.lanes = lanes;
  }

  static async open(count: number, port: number): Promise<House> {
    const folder = mkdtempSync(lanesPrefix());
    // Other users may enter the folder: the PostgreSQL of root runs as another user.
    chmodSync(folder, 0o755);
    const lanes = Array.from({ length: count }, (_, index) => new Lane(index + 1, folder, port + index));
    const house = new House(folder, lanes);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => house.#stop.abort(new UserError(`Ended by ${signal}.`)));
    return house;
  }

  /** Aborts at the end of the torture. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /**
   * Makes a healthy run for each lane and, if needed, a run of two machines to merge. Returns the duration of a run on this
   * machine, in ms.
   */
  async prepare(withShards: boolean): Promise<number> {
    const signal = AbortSignal.any([AbortSignal.timeout(PREPARATION_MS), this.#stop.signal]);
    const times = await Promise.all(
      this.lanes.map(async (lane) => {
        const beganMs = Date.now();
        const { code, output, isBusy, id } = await runNext(lane, preparing(lane, 'first', signal));
        if (!signal.aborted && (id === undefined || (code !== 0 && !isBusy)))
          throw new UserError(
            `A run without a kill failed, so the torture proves nothing. Fix this first:\n${output}`,
          );
        lane.keptRun = id ?? '';
        return Date.now() - beganMs;
      }),
    );
    if (withShards) await this.#runShards(signal);
    this.#stop.signal.throwIfAborted();
    if (signal.aborted)
      throw new UserError(
        `The first runs took more than ${PREPARATION_MS / 60_000} minutes. Use fewer lanes: --lanes 1.`,
      );
    return Math.max(...times);
  }

  /** The blob reports of two machines are the same for all lanes. */
  async #runShards(signal: AbortSignal): Promise<void> {
    const [lane, ...others] = this.lanes as [Lane, ...Lane[]];
    mkdirSync(lane.blobs);
    for (const shard of [1, 2]) {
      lane.forgetRuns();
      await runToEnd(lane, shardOfHealthyRun(shard), preparing(lane, `shard-${shard}`, signal));
      const run = lane.runIds().find((id) => id !== lane.keptRun);
      if (run !== undefined) cpSync(join(lane.runs, run, 'blob'), lane.blobs, { recursive: true });
    }
    for (const { blobs } of others) cpSync(lane.blobs, blobs, { recursive: true });
  }

  /** Ends all running processes by pid, and removes the lanes. */
  close(): void {
    for (const lane of this.lanes) lane.clear();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
