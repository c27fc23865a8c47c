import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { SliceReport } from '../../../../src/crowd/slice-report.ts';
import { type Summary, summarySchema } from '../../../../src/results/summary/schema.ts';
import { outerEnvironment } from '../../runs/run.ts';
import { busyNeighbour, type Disturbance, stopNowAndThen } from './disturbance.ts';
import type { KnownDelay, Truth } from './known-delay.ts';
import { cpuOf, descendantsOf, follow, watchOthers } from './processes.ts';

const root = join(import.meta.dirname, '../../../..');
const LOOK_EVERY_MS = 200;
/** Part of the command line of Playwright's worker processes. */
const WORKER = 'workerProcessEntry';

export interface LoadRunOptions {
  readonly workers: number;
  /** Settings in addition to those of all runs here. */
  readonly settings: Readonly<Record<string, string>>;
  readonly disturbance?: Disturbance;
  /** The time limit of the run. */
  readonly atMostS: number;
}

export interface LoadRun {
  readonly code: number | null;
  readonly output: string;
  readonly summary: Summary;
  readonly reports: readonly SliceReport[];
  readonly truth: Truth;
  /** The CPU time of each worker from its start until it was last seen, in ms, from /proc; it includes the start-up. */
  readonly workersCpuMs: readonly number[];
  /** The use by other processes during the run, in cores. */
  readonly othersCores: number;
  /** The CPU time of all workers in ms, from the first to the last sample with answers to participants. */
  readonly loadCpuMs: number;
}

/** Runs the load test like a user, against a service with a known delay; leaves nothing behind. */
export async function loadRun(service: KnownDelay, options: LoadRunOptions): Promise<LoadRun> {
  const { workers, disturbance = 'quiet', atMostS } = options;
  const past = await mkdtemp(join(tmpdir(), 'fullhouse-journey-'));
  await service.reset();
  const child = spawn(
    process.execPath,
    ['node_modules/playwright/cli.js', 'test', '--project=load', `--workers=${workers}`],
    {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...outerEnvironment(),
        ...settingsOf(past),
        ...options.settings,
        MEETINGS_SERVICE_URL: service.url,
      },
    },
  );
  const kill = () => process.kill(-child.pid!, 'SIGKILL');
  const followed = follow(child, kill, atMostS);
  const calm = disturbance === 'busy neighbour' ? busyNeighbour(atMostS) : undefined;
  try {
    const watched = watchWorkers(service, followed.ended, disturbance);
    await followed.closed;
    const { cpuMs, loadCpuMs, othersCores } = await watched;
    const truth = await service.report();
    const output = followed.output();
    const { summary, reports } = readEvidence(output);
    const workersCpuMs = [...cpuMs.values()];
    return { code: child.exitCode, output, summary, reports, truth, workersCpuMs, loadCpuMs, othersCores };
  } finally {
    followed.release();
    if (child.exitCode === null && child.signalCode === null) kill();
    await calm?.();
    await rm(past, { recursive: true, force: true });
    const id = runId(followed.output());
    if (id !== undefined) await rm(join(root, 'reports/runs', id), { recursive: true, force: true });
  }
}

/** Switches off everything that is measured elsewhere, and leaves the history of the project alone. */
function settingsOf(past: string) {
  return {
    BROWSER_USERS: '0',
    DASHBOARD_PORT: 'off',
    HISTORY_FOLDER: join(past, 'history'),
    BASELINES_FOLDER: join(past, 'baselines'),
    PLAYWRIGHT_HTML_OUTPUT_DIR: join(past, 'html'),
  };
}

interface Watched {
  /** Of each worker. */
  readonly cpuMs: ReadonlyMap<number, number>;
  readonly loadCpuMs: number;
  readonly othersCores: number;
}

/** Samples the workers until the end of the run. For the stopped worker, stops the first worker from its first call on. */
async function watchWorkers(
  service: KnownDelay,
  signal: AbortSignal,
  disturbance: Disturbance,
): Promise<Watched> {
  const cpuMs = new Map<number, number>();
  const others = watchOthers();
  let stopping: Promise<void> | undefined;
  let calls = 0;
  let [before, latest]: (number | undefined)[] = [];
  const total = () => [...cpuMs.values()].reduce((sum, ms) => sum + ms, 0);
  while (!signal.aborted) {
    const ours = descendantsOf(process.pid);
    others.look([...ours.keys()]);
    const workers = [...ours].flatMap(([pid, command]) => (command.includes(WORKER) ? [pid] : []));
    for (const pid of workers) {
      const ms = cpuOf(pid);
      if (ms !== undefined) cpuMs.set(pid, ms);
    }
    const counts = await service.counts();
    if (counts.calls > calls) {
      before ??= total();
      latest = total();
      calls = counts.calls;
      if (disturbance === 'stopped worker' && workers[0] !== undefined)
        stopping ??= stopNowAndThen(workers[0], signal);
    }
    await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  await stopping;
  const loadCpuMs = latest === undefined || before === undefined ? 0 : latest - before;
  return { cpuMs, loadCpuMs, othersCores: others.cores() };
}

function runId(output: string): string | undefined {
  return /reports\/runs\/(\S+)\/summary\.md/.exec(output)?.[1];
}

function readEvidence(output: string): { summary: Summary; reports: SliceReport[] } {
  const id = runId(output);
  if (id === undefined) throw new Error(`The load run left no summary:\n${output}`);
  const folder = join(root, 'reports/runs', id);
  const json = (path: string) => JSON.parse(readFileSync(join(folder, path), 'utf8'));
  const evidence = 'evidence/meeting-sessions';
  const reports = readdirSync(join(folder, evidence))
    .filter((name) => /^slice-\d+\.json$/.test(name))
    .map((name) => json(`${evidence}/${name}`) as SliceReport);
  return { summary: summarySchema.parse(json('summary.json')), reports };
}
