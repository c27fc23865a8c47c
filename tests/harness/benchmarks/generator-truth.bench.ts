import { test } from '@playwright/test';
import { median, quantile } from 'simple-statistics';
import { systemClock } from '../../../src/kernel/clock.ts';
import { openRequestContext } from '../../../src/request-context/open.ts';
import type { EncodedOperation } from '../../../src/timings/encoded.ts';
import { LatencyHistogram } from '../../../src/timings/latency-histogram.ts';
import { outcomeOfStatus } from '../../../src/timings/outcome.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { type Bound, publish, watchDisturbance } from './bench-report.ts';
import { KnownService } from './known-service.ts';
import { type Arrivals, openLoop } from './rounds.ts';

const ARRIVALS: Arrivals = { users: 200, ratePerSecond: 500, seconds: 10 };
/** The delays are measured in short rounds, so that a bad second of the machine spoils only one round. */
const ROUNDS = 3;
const ROUND: Arrivals = { ...ARRIVALS, seconds: 4 };
const DELAYS_MS = [5, 20, 100] as const;
const QUANTILES = [0.5, 0.95, 0.99] as const;
const ABSOLUTE_MS = 2;
const RELATIVE = 0.05;
/** Generator and service need a fifth of two cores together; with less idle time, other processes used it. */
const LEAST_IDLE = 0.6;

const crowd = ({ users, ratePerSecond, seconds }: Arrivals) =>
  `${users} users, ${ratePerSecond} requests/s for ${seconds} s`;

/** One percentile of one round, in ms. */
interface Reading {
  readonly truth: number;
  readonly recorded: number;
  readonly fromIntended: number;
}

test.describe('The generator: does it measure the latencies of the service?', () => {
  test(`the service delays answers by ${DELAYS_MS.join(', ')} ms, ${ROUNDS} × ${crowd(ROUND)}`, async () => {
    const service = await KnownService.start();
    const disturbance = watchDisturbance(LEAST_IDLE);
    const readings = new Map<string, Reading[]>();
    for (let round = 0; round < ROUNDS; round++) {
      for (const delayMs of DELAYS_MS) {
        await service.answerAfter(delayMs);
        const { ok, response } = await arrivalsAt(service, ROUND);
        // The first answers opened the connections and do not count.
        const actual = (await service.actualDelays()).slice(-ok.count);
        for (const fraction of QUANTILES) {
          const key = `${delayMs} ms, P${fraction * 100}`;
          const reading = {
            truth: quantile(actual, fraction),
            recorded: at(ok, fraction),
            fromIntended: at(response, fraction),
          };
          readings.set(key, [...(readings.get(key) ?? []), reading]);
        }
      }
    }
    const disturbed = disturbance();
    await service.stop();

    const rows: string[][] = [];
    const bounds: Bound[] = [];
    for (const delayMs of DELAYS_MS) {
      for (const fraction of QUANTILES) {
        const key = `${delayMs} ms, P${fraction * 100}`;
        const of = readings.get(key)!;
        const errors = of.map(({ recorded, truth }) => recorded - truth);
        rows.push([
          key,
          median(of.map(({ truth }) => truth)).toFixed(2),
          median(of.map(({ recorded }) => recorded)).toFixed(2),
          signed(median(errors)),
          `${signed(Math.min(...errors))} … ${signed(Math.max(...errors))}`,
          signed(median(of.map(({ recorded }) => recorded - delayMs))),
          median(of.map(({ fromIntended }) => fromIntended)).toFixed(2),
        ]);
        bounds.push(within(`error of ${key}`, median(errors), delayMs));
      }
    }
    publish({
      name: 'generator-truth',
      question: 'Does the generator tell the truth about a service with a known delay?',
      method:
        `${crowd(ROUND)}, open loop, medians of ${ROUNDS} rounds. The service measures what it really took ` +
        '(timers are late); the error is what the generator adds to that.',
      columns: [
        'nominal delay',
        'service’s own ms',
        'recorded ms',
        'error ms',
        'spread of error',
        'error to nominal ms',
        'from intended start ms',
      ],
      rows,
      bounds,
      disturbed,
      data: Object.fromEntries(readings),
    });
  });

  test(`the service stalls for 1 s, ${crowd(ARRIVALS)}`, async () => {
    const stallMs = 1000;
    const service = await KnownService.start();
    const disturbance = watchDisturbance(LEAST_IDLE);
    const { ok, response } = await arrivalsAt(service, ARRIVALS, () => service.stall(stallMs));
    const disturbed = disturbance();
    await service.stop();

    const { ratePerSecond, seconds } = ARRIVALS;
    const hit = (ratePerSecond * stallMs) / 1000 / (ratePerSecond * seconds);
    // Arrivals during the stall wait for its rest, so their quantiles fall linearly from its length to 0.
    const expected = (fraction: number) => Math.max(0, stallMs * (1 - (1 - fraction) / hit));
    const fractions = [0.5, 0.95, 0.99];
    const p95 = { service: at(ok, 0.95), response: at(response, 0.95), expected: expected(0.95) };
    publish({
      name: 'generator-stall',
      question: 'Does the generator show a stall of the service?',
      method: `${crowd(ARRIVALS)}, open loop; the service answers nothing for ${stallMs} ms. Expected: from arithmetic.`,
      columns: ['percentile', 'service time ms', 'response time ms', 'expected response time ms'],
      rows: fractions.map((fraction) => [
        `P${fraction * 100}`,
        at(ok, fraction).toFixed(1),
        at(response, fraction).toFixed(1),
        expected(fraction).toFixed(0),
      ]),
      bounds: [
        {
          what: 'response time P95 shows the stall',
          measured: `${p95.response.toFixed(0)} ms`,
          bound: `${p95.expected.toFixed(0)} ms ± 20 %`,
          holds: Math.abs(p95.response - p95.expected) <= 0.2 * p95.expected,
        },
        {
          what: 'service time P95 alone does not',
          measured: `${p95.service.toFixed(0)} ms`,
          bound: `below a fifth of ${p95.expected.toFixed(0)} ms`,
          holds: p95.service < p95.expected / 5,
        },
        {
          what: 'longest response time',
          measured: `${response.maxMs.toFixed(0)} ms`,
          bound: `${stallMs} ms ± 10 %`,
          holds: Math.abs(response.maxMs - stallMs) <= 0.1 * stallMs,
        },
      ],
      disturbed,
      data: { ok: ok.encode(), response: response.encode() },
    });
  });
});

/** Makes the arrivals; calls `midway` when half of them are due. */
async function arrivalsAt(service: KnownService, arrivals: Arrivals, midway?: () => Promise<void>) {
  const users = await Promise.all(
    Array.from({ length: arrivals.users }, () =>
      openRequestContext('wire', { baseURL: service.url, timeoutMs: 30_000 }),
    ),
  );
  // Connections are opened before, so that answers are measured, not handshakes.
  await Promise.all(users.map((context) => context.get('/')));
  const operation = new Timings(systemClock.now()).operation('meeting.get');
  let due = 0;
  await openLoop(async (user, intendedAt) => {
    due += 1;
    if (due === (arrivals.ratePerSecond * arrivals.seconds) / 2) await midway?.();
    const startedAt = systemClock.now();
    const response = await users[user]!.get('/');
    await response.json();
    operation.record(outcomeOfStatus(response.status()), startedAt, systemClock.now(), intendedAt);
  }, arrivals);
  await Promise.all(users.map((context) => context.dispose()));
  const encoded: EncodedOperation = operation.encode(0);
  if (!encoded.ok || !encoded.response)
    throw new Error(`no call succeeded: ${JSON.stringify(encoded.outcomes)}`);
  return { ok: LatencyHistogram.decode(encoded.ok), response: LatencyHistogram.decode(encoded.response) };
}

function at(latencies: LatencyHistogram, fraction: number): number {
  return latencies.valueAtRank(Math.ceil(latencies.count * fraction));
}

function within(what: string, errorMs: number, delayMs: number): Bound {
  const allowed = Math.max(ABSOLUTE_MS, RELATIVE * delayMs);
  return {
    what,
    measured: `${signed(errorMs)} ms`,
    bound: `± ${allowed} ms`,
    holds: Math.abs(errorMs) <= allowed,
  };
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}
