import { expect, test } from '@playwright/test';
import { median } from 'simple-statistics';
import { Pool } from 'undici';
import { systemClock } from '../../../src/kernel/clock.ts';
import { openRequestContext } from '../../../src/request-context/open.ts';
import type { RequestContext } from '../../../src/request-context/request-context.ts';
import { outcomeOfStatus } from '../../../src/timings/outcome.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { publish } from './bench-report.ts';
import { KnownService } from './known-service.ts';
import { autocannonRound, type Call, closedLoop, type Round } from './rounds.ts';

const USERS = 50;
const ROUNDS = 5;
const SECONDS = 2;
/** Each recorded step makes the next one more expensive, so Playwright's client gets short rounds, which favour it. */
const INSTRUMENTED_SECONDS = 1;

const SHARE_OF_AUTOCANNON = 0.6;
const TIMES_PLAYWRIGHT = 15;
/** If rounds differ by more, other processes used part of the machine. */
const AGREEMENT = 0.5;

interface Way {
  readonly name: string;
  readonly round: (seconds: number) => Promise<Round>;
  readonly seconds: number;
}

test.describe('The generator: how many calls per second does it make, compared with other tools?', () => {
  test(`each tool keeps ${USERS} calls in flight, ${ROUNDS} rounds of ${SECONDS} s each`, async ({
    request,
  }) => {
    const service = await KnownService.start();
    const pool = new Pool(service.url, { connections: USERS });
    const wire = await contexts('wire', service.url);
    const playwright = await contexts('playwright', service.url);
    const timings = new Timings(systemClock.now());

    const inWorker = (name: string, call: Call, seconds = SECONDS): Way => ({
      name,
      seconds,
      round: (duration) => closedLoop(call, { users: USERS, seconds: duration }),
    });
    const ways: Way[] = [
      inWorker('undici Pool.request, bare', async () => {
        const { body } = await pool.request({ path: '/', method: 'GET' });
        await body.json();
      }),
      inWorker(
        'Playwright request fixture',
        async () => {
          await (await request.get(service.url)).json();
        },
        INSTRUMENTED_SECONDS,
      ),
      inWorker('REQUEST_CONTEXT=playwright, recorded', recorded(playwright, timings)),
      // One after the other, because their ratio matters most, and the speed of the machine changes every second.
      inWorker('wire request context, recorded', recorded(wire, timings)),
      {
        name: 'autocannon, own process',
        seconds: SECONDS,
        round: (seconds) => autocannonRound(service.url, { users: USERS, seconds }),
      },
    ];

    // Excludes just-in-time compilation, connects, and the start of the second Playwright.
    for (const way of ways) await way.round(1);
    const rounds = new Map<string, Round[]>(ways.map(({ name }) => [name, []]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const { name, seconds, round: run } of ways) rounds.get(name)!.push(await run(seconds));
    }
    expect(Object.keys(timings.operation('meeting.get').encode(0).outcomes)).toEqual(['ok']);

    await Promise.all([...wire, ...playwright].map((context) => context.dispose()));
    await pool.close();
    await service.stop();

    const [, fixture, uninstrumented, wireRounds, autocannon] = ways.map(({ name }) =>
      rounds.get(name)!.map(({ callsPerSecond }) => callsPerSecond),
    ) as [number[], number[], number[], number[], number[]];
    publish({
      name: 'generator-speed',
      question: 'How many calls a second does the generator make?',
      method:
        `${USERS} calls in flight, one service in its own process, JSON read; medians of ${ROUNDS} rounds of ` +
        `${SECONDS} s (the fixture: ${INSTRUMENTED_SECONDS} s), the ways taking turns; spread: slowest to fastest ` +
        'round. Ratios are medians of the ratios within each round.',
      columns: [
        'way',
        'calls/s',
        'spread',
        '% of autocannon',
        '× Playwright fixture',
        'CPU µs/call',
        'P50 ms',
      ],
      rows: ways.map(({ name }) => {
        const of = rounds.get(name)!;
        const rates = of.map(({ callsPerSecond }) => callsPerSecond);
        const rate = median(rates);
        return [
          name,
          rate.toFixed(0),
          `${Math.min(...rates).toFixed(0)}–${Math.max(...rates).toFixed(0)}`,
          (ratio(rates, autocannon) * 100).toFixed(0),
          ratio(rates, fixture).toFixed(1),
          median(of.map(({ cpuMicrosPerCall }) => cpuMicrosPerCall)).toFixed(0),
          median(of.map(({ p50Ms }) => p50Ms)).toFixed(1),
        ];
      }),
      bounds: [
        atLeast('wire, of autocannon', ratio(wireRounds, autocannon), SHARE_OF_AUTOCANNON),
        atLeast('wire, times the Playwright fixture', ratio(wireRounds, fixture), TIMES_PLAYWRIGHT),
        atLeast(
          'wire, times the uninstrumented Playwright',
          ratio(wireRounds, uninstrumented),
          TIMES_PLAYWRIGHT,
        ),
        agreement('wire', wireRounds),
        agreement('autocannon', autocannon),
      ],
      data: Object.fromEntries(rounds),
    });
  });
});

function contexts(kind: 'wire' | 'playwright', baseURL: string): Promise<RequestContext[]> {
  return Promise.all(
    Array.from({ length: USERS }, () => openRequestContext(kind, { baseURL, timeoutMs: 30_000 })),
  );
}

/** A call like in a journey: parsed and recorded. */
function recorded(users: readonly RequestContext[], timings: Timings): Call {
  const operation = timings.operation('meeting.get');
  return async (user) => {
    const startedAt = systemClock.now();
    const response = await users[user]!.get('/');
    await response.json();
    operation.record(outcomeOfStatus(response.status()), startedAt, systemClock.now());
  };
}

/** The median of the ratios of the rounds: a slow second of the machine affects both sides of one round. */
function ratio(rates: readonly number[], others: readonly number[]): number {
  return median(rates.map((rate, round) => rate / others[round]!));
}

/** Without a quiet machine, the ratios mean nothing. The slowest and the fastest round do not count. */
function agreement(name: string, rates: readonly number[]) {
  const inner = [...rates].sort((one, other) => one - other).slice(1, -1);
  return atLeast(`slower to faster rounds of ${name}`, inner[0]! / inner.at(-1)!, AGREEMENT);
}

function atLeast(what: string, measured: number, bound: number) {
  return { what, measured: measured.toFixed(2), bound: `at least ${bound}`, holds: measured >= bound };
}
