import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from '@playwright/test';
import { CoordinatorConnection } from '../../../../src/crowd/coordinator/coordinator-connection.ts';
import { hold } from '../../../../src/crowd/schedules/index.ts';
import type { SliceReport } from '../../../../src/crowd/slice-report.ts';
import { LiveRun } from '../../../../src/live/live-run.ts';
import { keepRound, keepSample, keepSoakPlan } from '../../../../src/results/evidence/keep-soak.ts';
import { Progress } from '../../../../src/results/evidence/progress.ts';
import { abortOnFail } from '../../../../src/run/abort-on-fail.ts';
import { roundName } from '../../../../src/soak/round-name.ts';
import { MAY_BEGIN, SoakRun } from '../../../../src/steering/soak/soak-run.ts';
import { Timings } from '../../../../src/timings/timings.ts';
import { Coordinated } from '../../crowd/coordinated.ts';
import { sliceReport } from '../../crowd/slice-reports.ts';
import { VirtualClock } from '../../kernel/virtual-clock.ts';
import { type KeptRun, test } from '../../reporters/kept-run.ts';
import { circumstances } from '../../results/summary/crowd-records.ts';

const SLICES = [1, 2];
const SECONDS = 60;
const ROUNDS = 40;
/** Until the code is compiled, and all lists have their bounds. */
const WARM_UP = 15;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heap(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

/** Everything in the main process of a soak that receives the reports of slices. */
async function mainProcess(keptRun: KeptRun) {
  const clock = new VirtualClock();
  const coordinated = await Coordinated.start(SLICES);
  const { coordinator } = coordinated;
  const { facts, schedule, targets } = circumstances();
  const context = { schedule, targets, facts: { ...facts, runId: keptRun.id } };
  const progress = new Progress(coordinator, keptRun.id, () => context);
  const live = new LiveRun({ id: keptRun.id, serviceUrl: 'http://s', schedule, targets, slices: SLICES });
  live.follow(coordinator);
  abortOnFail(coordinator, () => targets, 1e6);
  const planned = { forMs: 1e9, rounds: ROUNDS, workMs: 60_000, restMs: 20_000, sampleEveryMs: 5000 };
  const soak = new SoakRun(
    coordinator,
    { ...planned, memoryLimitBytes: null },
    {
      clock,
      contextOf: () => ({ schedule: hold(6, { durationMs: 60_000 }), targets }),
      measure: async () => ({ values: { sockets: 0 }, missing: [] }),
      closeMeetings: async () => undefined,
      keep: {
        plan: (plan) => keepSoakPlan(keptRun.id, plan),
        round: (round) => keepRound(keptRun.id, round),
        sample: (sample) => keepSample(keptRun.id, sample),
      },
    },
  );
  return { clock, coordinated, progress, live, soak };
}

/** Waits for an answer that comes over a socket, and for virtual time. */
async function answered<T>({ clock }: { readonly clock: VirtualClock }, asked: Promise<T>): Promise<T> {
  let isOver = false;
  const answer = asked.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await turn();
    if (clock.waiting > 0) await clock.advanceTo(clock.now() + 1000);
  }
  return answer;
}

/** One slice hosts one round: a report for each second, as a worker sends them. */
async function hostSlice(main: Awaited<ReturnType<typeof mainProcess>>, crowd: string, slice: number) {
  // `Coordinated` would keep each connection.
  const { address } = main.coordinated.coordinator;
  const connection = await CoordinatorConnection.open(address, { crowd, slice });
  const begins = await answered(main, connection.ask<boolean>(MAY_BEGIN));
  if (!begins) return false;
  await connection.arrive();
  const timings = new Timings(0);
  timings.setUsers(3, 0);
  for (let second = 1; second <= SECONDS; second++) {
    const now = second * 1000;
    for (let at = now - 950; at < now; at += 100) timings.operation('meeting.get').record('ok', at, at + 20);
    const finished = second === SECONDS;
    const over: Partial<SliceReport> = { crowd, slice, of: 2, sequence: second, finished, elapsedMs: now };
    connection.report(
      sliceReport({ ...over, timings: finished ? timings.encode(now) : timings.snapshot(now) }),
    );
  }
  await main.progress.written();
  await connection.close();
  return true;
}

/** The heap after each round. */
async function heaps(keptRun: KeptRun, keeps: (main: Awaited<ReturnType<typeof mainProcess>>) => void) {
  const main = await mainProcess(keptRun);
  keeps(main);
  const found: number[] = [];
  for (let number = 1; number <= ROUNDS; number++) {
    const crowd = roundName('soak', number);
    const hosted = await Promise.all(SLICES.map((slice) => hostSlice(main, crowd, slice)));
    expect(hosted).toEqual([true, true]);
    found.push(heap());
  }
  main.live.end('passed');
  await main.coordinated[Symbol.asyncDispose]();
  return found;
}

/** The growth per round after the warm-up, in bytes: between the lowest heaps of two thirds. */
function growthOf(found: readonly number[]): number {
  const settled = found.slice(WARM_UP);
  const third = Math.floor(settled.length / 3);
  const least = (part: readonly number[]) => Math.min(...part);
  return (least(settled.slice(-third)) - least(settled.slice(0, third))) / (settled.length - third);
}

/** A round has 120 reports of some KB each; log lines and compiled code take the rest. */
const MOST_BYTES = 30_000;

test.describe.configure({ timeout: 180_000 });

test('the main process of a soak keeps nothing of a round', async ({ keptRun }) => {
  expect(growthOf(await heaps(keptRun, () => undefined))).toBeLessThan(MOST_BYTES);
});

test('the measurement finds a listener that keeps the reports of each round', async ({ keptRun }) => {
  const kept: SliceReport[] = [];
  const growth = growthOf(
    await heaps(keptRun, ({ coordinated }) =>
      coordinated.coordinator.on('report', (report) => kept.push(report)),
    ),
  );
  expect(kept.length).toBe(SLICES.length * SECONDS * ROUNDS);
  expect(growth).toBeGreaterThan(MOST_BYTES);
});
