import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { expect, test } from '@playwright/test';
import { median } from 'simple-statistics';
import { Coordinator } from '../../../src/crowd/coordinator/coordinator.ts';
import { constantUsers } from '../../../src/crowd/schedules/index.ts';
import { DashboardServer } from '../../../src/dashboard/dashboard-server.ts';
import { LiveRun } from '../../../src/live/live-run.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import { parseTargets, splitTargets } from '../../../src/targets/parse.ts';
import { publish } from './bench-report.ts';
import { forkPlain, KnownService } from './known-service.ts';
import type { Round } from './rounds.ts';

const SLICES = 2;
const ROUNDS = 15;
/** Slices report and the run ticks once per second, so a round contains two of each. */
const SECONDS = 2;
const [READERS, SLEEPERS] = [4, 4];
const MOST_LOST = 0.02;

/** The viewers during a round. */
const ways = ['nobody looks on', 'dashboard, no viewer', 'dashboard, viewers'] as const;
type Way = (typeof ways)[number];

interface Measured {
  readonly callsPerSecond: number;
  /** The CPU time of the main process per second. */
  readonly mainCpuMs: number;
}

test.describe('The dashboard: what do its viewers cost a crowd?', () => {
  test(`${READERS} viewers read and ${SLEEPERS} do not, ${ROUNDS} rounds of ${SECONDS} s each`, async () => {
    const service = await KnownService.start();
    const coordinator = await Coordinator.start({
      expected: [1, 2],
      barrierTimeoutMs: 60_000,
      scrapeMetrics: async () => null,
      scrapeEveryMs: 60_000,
      routeMetrics: referenceContract().metrics,
    });
    const run = new LiveRun({
      id: '20261123-141516-x7f3',
      serviceUrl: service.url,
      schedule: constantUsers(50, { durationMs: 3_600_000 }),
      targets: parseTargets(splitTargets('p95 < 500 ms; p99 < 1 s; error rate < 1 %; worst 10 s p95 < 1 s')),
      slices: [1, 2],
    });
    let isWatched = false;
    coordinator.on('report', (report) => {
      if (isWatched) run.report(report);
    });
    const ticking = setInterval(() => {
      if (isWatched) run.tick();
    }, 1000);
    const dashboard = await DashboardServer.start(run, 0);
    const slices = await Promise.all(
      Array.from({ length: SLICES }, (_, index) => startSlice(coordinator.address, service.url, index + 1)),
    );
    const viewers = forkPlain('dashboard-viewers.mjs');
    await once(viewers, 'message');

    const prepare = async (way: Way) => {
      isWatched = way !== 'nobody looks on';
      const watching = way === 'dashboard, viewers' ? { readers: READERS, sleepers: SLEEPERS } : {};
      viewers.send({ url: dashboard.url, ...watching });
      const [told] = (await once(viewers, 'message')) as [{ frames: number; scrapes: number }];
      return told;
    };
    const measure = async (): Promise<Measured> => {
      const before = process.cpuUsage();
      const rounds = await Promise.all(slices.map(oneRound));
      const { user, system } = process.cpuUsage(before);
      return {
        callsPerSecond: rounds.reduce((sum, { callsPerSecond }) => sum + callsPerSecond, 0),
        mainCpuMs: (user + system) / 1000 / SECONDS,
      };
    };

    const measured = new Map<Way, Measured[]>(ways.map((way) => [way, []]));
    // Excludes just-in-time compilation.
    for (const way of ways) {
      await prepare(way);
      await measure();
    }
    for (let round = 0; round < ROUNDS; round++) {
      // In both orders, so that a machine that becomes slower favours no variant.
      for (const way of round % 2 === 0 ? ways : ways.toReversed()) {
        await prepare(way);
        measured.get(way)!.push(await measure());
      }
    }
    const told = await prepare('nobody looks on');
    expect(told.frames).toBeGreaterThan(ROUNDS * READERS);
    expect(told.scrapes).toBeGreaterThan(ROUNDS / 2);

    clearInterval(ticking);
    await dashboard.close();
    for (const child of [...slices, viewers]) await ended(child);
    await coordinator.close();
    await service.stop();

    const rates = (way: Way) => measured.get(way)!.map(({ callsPerSecond }) => callsPerSecond);
    const ratio = (way: Way, other: Way) =>
      median(rates(way).map((rate, round) => rate / rates(other)[round]!));
    const lost = (way: Way, other: Way) => 1 - ratio(way, other);
    const cpu = (way: Way) => median(measured.get(way)!.map(({ mainCpuMs }) => mainCpuMs));
    const taken = (cpu('dashboard, viewers') - cpu('nobody looks on')) / (1000 * cpus().length);
    publish({
      name: 'dashboard',
      question: 'What does it cost a crowd to be watched?',
      method:
        `${SLICES} slices of 25 calls in flight each, as fast as the machine allows, which is the worst case: the ` +
        `slices, the service, the main process and the viewers share its cores. ${READERS} viewers read, ${SLEEPERS} ` +
        `ask and never read, one scrapes /metrics every second. Medians of ${ROUNDS} rounds of ${SECONDS} s, the ways ` +
        'taking turns there and back; ratios are medians of the ratios within each round.',
      columns: ['who looks on', 'calls/s', 'spread', '% of nobody', 'CPU of the main process, ms/s'],
      rows: ways.map((way) => [
        way,
        median(rates(way)).toFixed(0),
        `${Math.min(...rates(way)).toFixed(0)}–${Math.max(...rates(way)).toFixed(0)}`,
        (ratio(way, 'nobody looks on') * 100).toFixed(1),
        cpu(way).toFixed(1),
      ]),
      bounds: [
        atMost('rate lost to viewers', lost('dashboard, viewers', 'dashboard, no viewer')),
        atMost('rate lost to the dashboard and its viewers', lost('dashboard, viewers', 'nobody looks on')),
        atMost('CPU of the machine that they take from the main process', taken),
      ],
      disturbed: disturbance(ways.map(rates)),
      data: Object.fromEntries(measured),
    });
  });
});

/** If rounds of one variant differ by this factor, the machine was disturbed. */
const AGREEMENT = 0.7;

/** The slowest and the fastest round do not count. */
function disturbance(rates: readonly (readonly number[])[]): string | undefined {
  const agreements = rates.map((rounds) => {
    const inner = rounds.toSorted((one, other) => one - other).slice(1, -1);
    return inner[0]! / inner.at(-1)!;
  });
  const least = Math.min(...agreements);
  if (least >= AGREEMENT) return undefined;
  return `rounds of one and the same way differ by ${((1 - least) * 100).toFixed(0)} %, other processes used the machine`;
}

async function startSlice(address: string, url: string, slice: number): Promise<ChildProcess> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const script = new URL('dashboard-slice.ts', import.meta.url);
  const child = fork(script, [address, url, String(slice), String(SLICES)], {
    execArgv: ['--import', 'tsx'],
    env,
  });
  await once(child, 'message');
  return child;
}

async function oneRound(slice: ChildProcess): Promise<Round> {
  slice.send({ seconds: SECONDS });
  const [round] = (await once(slice, 'message')) as [Round];
  return round;
}

async function ended(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.disconnect();
  await exited;
}

function atMost(what: string, slice: number) {
  return {
    what,
    measured: `${(slice * 100).toFixed(2)} %`,
    bound: `less than ${MOST_LOST * 100} %`,
    holds: slice < MOST_LOST,
  };
}
