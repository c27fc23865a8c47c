import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { readSettings } from '../../../src/config/read-settings.ts';
import { runFacts } from '../../../src/history/run-facts.ts';
import { seeded } from '../../../src/kernel/random.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import { keepCrowd } from '../../../src/results/evidence/keep.ts';
import { runFolder } from '../../../src/run/run-folder.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { sliceReport } from '../crowd/slice-reports.ts';
import { publish } from './bench-report.ts';

const REQUESTS = 10_000_000;
const SLICES = 4;
const SECONDS = 600;
const MOST_SECONDS = 10;
const MOST_MB = 300;
const RUN = '00000000-000000-bench';

const operations = [
  'meeting.join',
  'socket.connect',
  'room.enter',
  'meeting.get',
  'hand.raise',
  'hand.lower',
  'network.report',
  'meeting.reconnect',
  'meeting.leave',
  'event.delivery',
];

/** The requests of one slice, spread over the time: latencies from 1 ms with a long tail, 1% failures. */
function recorded(slice: number) {
  const random = seeded(1, 'report', slice);
  const timings = new Timings(0);
  timings.setUsers(250, 0);
  const own = REQUESTS / SLICES;
  for (let index = 0; index < own; index++) {
    const endedAt = (index / own) * SECONDS * 1000;
    const latencyMs = 1 + 15 * random() + 1000 * random() ** 12;
    const outcome = random() < 0.01 ? 'http 503' : 'ok';
    const startedAt = endedAt - latencyMs;
    const operation = timings.operation(operations[index % operations.length]!);
    operation.record(outcome, startedAt, endedAt, startedAt - 2 * random());
  }
  const elapsedMs = SECONDS * 1000;
  return sliceReport({ crowd: 'large', slice, of: SLICES, elapsedMs, timings: timings.encode(elapsedMs) });
}

test.describe('The report: how long does it take for a large run?', () => {
  test(`a run has ${REQUESTS} requests in ${SLICES} slices and ${SECONDS} s`, async () => {
    const settings = readSettings({
      TEST_DURATION: String(SECONDS),
      CONCURRENT_USERS: '1000',
      TARGETS:
        'p95 < 500 ms; p99 < 2 s; error rate < 5 %; worst 10 s error rate < 10 %; worst 60 s p95 < 1 s; meeting.join p95 < 1 s',
    });
    const { schedule, targets } = settings;
    const facts = {
      ...runFacts(settings, { id: RUN, workers: SLICES, shard: { index: 1, of: 1 } }),
      runId: RUN,
    };
    await keepCrowd(
      {
        name: 'large',
        expected: [1, 2, 3, 4],
        lost: [],
        reports: [1, 2, 3, 4].map(recorded),
        startedAt: '2026-11-23T14:00:00.000Z',
        stopped: null,
        metrics: { before: null, after: null, samples: [], routes: referenceContract().metrics },
      },
      { schedule, targets, facts },
    );
    try {
      const script = new URL('report-process.mjs', import.meta.url).pathname;
      const rounds: { tookMs: number; cpuMs: number; peakKb: number; files: number; problems: string[] }[] =
        [];
      for (let round = 0; round < 3; round++) {
        const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script, RUN]);
        rounds.push(JSON.parse(stdout));
      }
      expect(rounds.flatMap(({ problems }) => problems)).toEqual([]);
      const seconds = Math.max(...rounds.map(({ tookMs }) => tookMs)) / 1000;
      const mb = Math.max(...rounds.map(({ peakKb }) => peakKb)) / 1024;
      publish({
        name: 'report',
        question: 'Is the report made quickly of a large run?',
        method: `${REQUESTS} recorded requests of ${operations.length} operations in ${SLICES} slices over ${SECONDS} s; all reports, each round in a process of its own.`,
        columns: ['round', 'seconds', 'CPU seconds', 'peak memory, MB', 'files'],
        rows: rounds.map(({ tookMs, cpuMs, peakKb, files }, index) => [
          String(index + 1),
          (tookMs / 1000).toFixed(2),
          (cpuMs / 1000).toFixed(2),
          (peakKb / 1024).toFixed(0),
          String(files),
        ]),
        bounds: [
          {
            what: 'the slowest round',
            measured: `${seconds.toFixed(2)} s`,
            bound: `below ${MOST_SECONDS} s`,
            holds: seconds < MOST_SECONDS,
          },
          {
            what: 'the most memory',
            measured: `${mb.toFixed(0)} MB`,
            bound: `below ${MOST_MB} MB`,
            holds: mb < MOST_MB,
          },
        ],
        data: rounds,
      });
    } finally {
      rmSync(runFolder(RUN), { recursive: true, force: true });
    }
  });
});
