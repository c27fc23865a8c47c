import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { KnownDelay, Truth } from './known-delay.ts';
import { cpuOf, descendantsOf, follow } from './processes.ts';

const LOOK_EVERY_MS = 100;
const BASE = '/api/v1/meetings';

export interface ArtilleryRun {
  readonly version: string;
  readonly truth: Truth;
  /** The work and its CPU time from `fromS` to `toS` after the first call. */
  readonly part: Part;
  readonly output: string;
}

export interface Part {
  readonly cpuMs: number;
  readonly requests: number;
  readonly sessions: number;
  readonly events: number;
}

export interface ArtilleryOptions {
  readonly ratePerSecond: number;
  readonly seconds: number;
  readonly meetings: number;
  readonly atMostS: number;
  /** The measured part of the run, without its start-up. */
  readonly fromS: number;
  readonly toS: number;
}

/** The program in ARTILLERY or on the search path; undefined without Artillery. */
export function findArtillery(): string | undefined {
  const { ARTILLERY } = process.env;
  if (ARTILLERY !== undefined && ARTILLERY !== '') return ARTILLERY;
  try {
    return execFileSync('which', ['artillery'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}

/** The same journey as the load test's, by Artillery's engines for HTTP and Socket.IO. */
export async function artilleryRun(
  program: string,
  service: KnownDelay,
  options: ArtilleryOptions,
): Promise<ArtilleryRun> {
  const folder = await mkdtemp(join(tmpdir(), 'fullhouse-artillery-'));
  try {
    await writeFile(join(folder, 'users.csv'), users(options));
    await writeFile(join(folder, 'script.yml'), stringify(script(service.url, options)));
    await service.reset();
    const child = spawn(program, ['run', 'script.yml'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '', ARTILLERY_DISABLE_TELEMETRY: 'true', NO_UPDATE_NOTIFIER: '1' },
    });
    const followed = follow(child, () => child.kill('SIGKILL'), options.atMostS);
    const part = await watchCpu(child.pid!, service, options, followed.ended);
    await followed.closed;
    followed.release();
    const version =
      /Artillery: +(\S+)/.exec(execFileSync(program, ['version'], { encoding: 'utf8' }))?.[1] ?? '';
    return { version, truth: await service.report(), part, output: followed.output() };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function watchCpu(
  pid: number,
  service: KnownDelay,
  { fromS, toS }: ArtilleryOptions,
  signal: AbortSignal,
): Promise<Part> {
  let startedAt: number | undefined;
  let [first, last]: (Part | undefined)[] = [];
  while (!signal.aborted) {
    const all = [pid, ...descendantsOf(pid).keys()];
    const cpuMs = all.reduce((sum, one) => sum + (cpuOf(one) ?? 0), 0);
    const { calls: requests, sessions, events } = await service.counts();
    if (requests > 0) startedAt ??= performance.now();
    const elapsedS = startedAt === undefined ? 0 : (performance.now() - startedAt) / 1000;
    const now = { cpuMs, requests, sessions, events };
    if (elapsedS >= fromS) first ??= now;
    if (elapsedS >= fromS && elapsedS <= toS) last = now;
    await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  if (!first || !last) return { cpuMs: 0, requests: 0, sessions: 0, events: 0 };
  return {
    cpuMs: last.cpuMs - first.cpuMs,
    requests: last.requests - first.requests,
    sessions: last.sessions - first.sessions,
    events: last.events - first.events,
  };
}

/** Each session is a new user, with a name that the service measures. */
function users({ ratePerSecond, seconds, meetings }: ArtilleryOptions): string {
  const rows = Array.from({ length: 2 * ratePerSecond * seconds }, (_, number) => {
    const meeting = `00000000-0000-4000-8000-${String(number % meetings).padStart(12, '0')}`;
    return `artillery-abcdef-${number},${meeting}`;
  });
  return `${rows.join('\n')}\n`;
}

function script(target: string, { ratePerSecond, seconds }: ArtilleryOptions) {
  const headers = { authorization: 'Bearer {{ user }}' };
  const post = (path: string, json: object = {}) => ({
    post: { url: `${BASE}/{{ meeting }}${path}`, headers, json },
  });
  const get = { get: { url: `${BASE}/{{ meeting }}`, headers } };
  const report = post('/network/quality', { quality: 'good', rtt: 120, packetLoss: 0.4, bandwidth: 1500 });
  const think = { think: '100ms' };
  // The usual mix in ten actions: 3 × get, 2 × hand, 2 × report, 3 × listen.
  const actions = [get, think, post('/hand/raise'), think, report, think, think, get, think, think];
  const more = [post('/hand/lower'), think, report, think, get, think, think];
  return {
    config: {
      target,
      phases: [{ duration: seconds, arrivalRate: ratePerSecond }],
      payload: { path: 'users.csv', fields: ['user', 'meeting'], order: 'sequence' },
    },
    scenarios: [
      {
        engine: 'socketio',
        // Not under `config`, whose templates are filled in before users exist.
        socketio: { transports: ['websocket'], forceNew: true, auth: { token: '{{ user }}' } },
        flow: [
          post('/join'),
          {
            emit: { channel: 'meeting:join', data: { meetingId: '{{ meeting }}' } },
            response: { channel: 'meeting:joined', data: { meetingId: '{{ meeting }}' } },
          },
          ...actions,
          ...more,
          post('/leave'),
        ],
      },
    ],
  };
}
