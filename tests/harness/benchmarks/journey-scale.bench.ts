import { test } from '@playwright/test';
import { reasonText } from '../../../src/history/reason.ts';
import { type Bound, publish } from './bench-report.ts';
import { compare, errorOf, isInside, type Reading, widthOf } from './journey/bracket.ts';
import { withMix } from './journey/contract.ts';
import { KnownDelay } from './journey/known-delay.ts';
import { type LoadRun, loadRun } from './journey/load-run.ts';
import { type Steady, steady } from './journey/steady.ts';

/** These benchmarks do not measure the service: it may be slow, because both sides share the machine. */
const TARGETS = 'error rate < 1 %';
const KB = 1024;

test.describe('The journey: how exact is the delivery to a large room?', () => {
  const USERS = 200;
  const WIDTH_MS = 1;

  test(`${USERS} participants share one room`, async () => {
    test.setTimeout(3 * 60_000);
    const service = await KnownDelay.start();
    try {
      const run = await loadRun(service, {
        workers: 1,
        atMostS: 90,
        settings: {
          SCHEDULE: `hold ${USERS} within 3s for 15s`,
          THINK_TIME_MS: '1650..2750',
          REQUESTS_PER_USER: '5',
          DRAIN_TIMEOUT: '15',
          TARGETS,
        },
      });
      const { actions, events } = compare(run.reports, run.truth);
      const one = (reading: Reading) => [
        `P${reading.fraction * 100}`,
        ms(reading.truth),
        ms(reading.latest),
        ms(reading.earliest),
        ms(errorOf(reading)),
        ms(widthOf(reading)),
      ];
      const p95 = events.readings.find(({ fraction }) => fraction === 0.95);
      const width = p95 && widthOf(p95);
      publish({
        name: 'journey-fan-out',
        question: `How exact is the delivery to ${USERS} participants in one room?`,
        method:
          `${USERS} participants for 15 s, ${events.measured} deliveries by the service, ${events.recorded} recorded; ` +
          `times in ms. ${surroundings(run)}`,
        columns: ['', 'service', 'latest', 'earliest', 'error', 'width'],
        rows: [
          ...actions.readings.map((reading) => ['all actions', ...one(reading)]),
          ...events.readings.map((reading) => ['event.delivery', ...one(reading)]),
        ].map(([name, percentile, ...rest]) => [`${name} ${percentile}`, ...rest]),
        bounds: [
          ...events.readings.map((reading) => ({
            what: `deliveries, P${reading.fraction * 100} of the service`,
            measured: `${ms(reading.truth)} ms in ${ms(reading.earliest)} to ${ms(reading.latest)}`,
            bound: 'inside the bracket',
            holds: isInside(reading),
          })),
          {
            what: 'deliveries, width at P95',
            measured: `${ms(width)} ms`,
            bound: `at most ${WIDTH_MS} ms`,
            holds: width !== undefined && width <= WIDTH_MS,
          },
        ],
        data: { actions, events, truth: run.truth, othersCores: run.othersCores },
      });
    } finally {
      await service.stop();
    }
  });
});

test.describe('The journey: what do idle participants cost?', () => {
  const USERS = 10_000;
  const WITHIN_S = 40;
  const LASTS_S = 60;
  const MOST_CORES = 0.1;
  const MOST_KB = 30;

  test(`${USERS} idle participants stay connected`, async () => {
    test.setTimeout(6 * 60_000);
    const run = await crowdOf({ users: USERS, workers: 2, withinS: WITHIN_S, lastsS: LASTS_S, atMostS: 300 });
    const [first, last] = [steady(run.reports, 0, 2), steady(run.reports, WITHIN_S + 5, LASTS_S - 2)];
    const newcomers = last.users - first.users;
    const kb = (last.memoryBytes - first.memoryBytes) / newcomers / KB;
    publish({
      name: 'journey-idle',
      question: `What do ${USERS} idle participants cost?`,
      method:
        `${USERS} participants arrive within ${WITHIN_S} s, enter a room each and wait; the figures are of the seconds ` +
        `${WITHIN_S + 5} to ${LASTS_S - 2}, memory beside that after 2 s. ${surroundings(run)}`,
      columns: ['participants', 'cores', 'memory MB', 'KB each', 'most connections'],
      rows: [
        [
          String(last.users),
          last.cores.toFixed(2),
          (last.memoryBytes / KB / KB).toFixed(0),
          kb.toFixed(1),
          String(run.truth.mostConnections),
        ],
      ],
      bounds: [
        atLeast('participants that were there', last.users, USERS),
        atMost('processors of all workers', last.cores, MOST_CORES, 'cores'),
        atMost('memory of each participant', kb, MOST_KB, 'KB'),
      ],
      data: { first, last, truth: run.truth, othersCores: run.othersCores },
    });
  });
});

test.describe('The journey: how many participants reach one address?', () => {
  const USERS = 20_000;
  const WITHIN_S = 60;
  const LASTS_S = 75;

  test(`${USERS} participants connect to one address`, async () => {
    test.setTimeout(8 * 60_000);
    const run = await crowdOf({ users: USERS, workers: 4, withinS: WITHIN_S, lastsS: LASTS_S, atMostS: 420 });
    const { users, memoryBytes } = steady(run.reports, WITHIN_S + 5, LASTS_S - 2);
    publish({
      name: 'journey-one-address',
      question: `Do ${USERS} participants reach one address?`,
      method: `${USERS} participants within ${WITHIN_S} s, each with its two connections. ${surroundings(run)}`,
      columns: ['participants', 'most connections', 'memory MB', 'verdict'],
      rows: [
        [
          String(users),
          String(run.truth.mostConnections),
          (memoryBytes / KB / KB).toFixed(0),
          run.summary.verdict,
        ],
      ],
      bounds: [
        atLeast('participants that were there', users, USERS),
        {
          what: 'verdict of the run',
          measured: [run.summary.verdict, ...run.summary.reasons.map(reasonText)].join('; '),
          bound: 'passed',
          holds: run.summary.verdict === 'passed',
        },
      ],
      data: { users, truth: run.truth, reasons: run.summary.reasons, othersCores: run.othersCores },
    });
  });
});

test.describe('The journey: how many deliveries does one core handle?', () => {
  const USERS = 200;
  const RATES = [20_000, 100_000];
  const PER_CORE = 100_000;
  // Deliveries are kept for 15 s and then matched with their calls: in these seconds, both happens.
  const LASTS_S = 36;
  const FROM_S = 20;
  const TO_S = 35;

  test(`one worker receives ${RATES.join(', ')} deliveries/s to ${USERS} participants in one room`, async () => {
    test.setTimeout(8 * 60_000);
    const rows: string[][] = [];
    const points: (Steady & { asked: number; sent: number })[] = [];
    let notes = '';
    for (const asked of RATES) {
      const service = await KnownDelay.start();
      try {
        const run = await withMix('hand: 100', (CONTRACT) =>
          loadRun(service, {
            workers: 1,
            atMostS: 120,
            settings: { CONTRACT, TARGETS, ...handsAt(asked), MEETING_SIZE: '1000' },
          }),
        );
        const point = steady(run.reports, FROM_S, TO_S);
        points.push({ ...point, asked, sent: run.truth.operations['event.delivery']?.seen.count ?? 0 });
        notes += ` ${asked}/s: ${surroundings(run)}`;
        rows.push([
          String(asked),
          (point.events / point.seconds).toFixed(0),
          point.cores.toFixed(2),
          ((point.cores * point.seconds * 1e6) / point.events).toFixed(1),
          perCore(point).toFixed(0),
        ]);
      } finally {
        await service.stop();
      }
    }
    publish({
      name: 'journey-deliveries',
      question: 'How many deliveries does one core handle?',
      method:
        `${USERS} participants raise and lower their hands in one room; the figures are of the seconds ${FROM_S} to ${TO_S}, ` +
        `the calls that cause the events included.${notes}`,
      columns: ['deliveries/s asked', 'arrived/s', 'cores', 'CPU µs each', 'per core and second'],
      rows,
      bounds: [atLeast('deliveries per core and second', Math.max(...points.map(perCore)), PER_CORE)],
      data: { points },
    });
  });

  /** All participants except the cause get each hand event. */
  function handsAt(deliveriesPerSecond: number) {
    const thinkMs = (1000 * USERS * (USERS - 1)) / deliveriesPerSecond;
    return {
      SCHEDULE: `hold ${USERS} within 3s for ${LASTS_S}s`,
      THINK_TIME_MS: `${Math.round(thinkMs * 0.9)}..${Math.round(thinkMs * 1.1)}`,
      REQUESTS_PER_USER: '1000',
      DRAIN_TIMEOUT: '0',
    };
  }

  function perCore({ events, cores, seconds }: Steady): number {
    return events / seconds / cores;
  }
});

interface Idle {
  readonly users: number;
  readonly workers: number;
  readonly withinS: number;
  readonly lastsS: number;
  readonly atMostS: number;
}

/** An idle crowd; each participant is in a separate meeting. */
async function crowdOf({ users, workers, withinS, lastsS, atMostS }: Idle): Promise<LoadRun> {
  // One process of the service may not have enough open files for two connections per participant.
  const service = await KnownDelay.start({ processes: Math.ceil(users / 7000) });
  try {
    return await withMix('listen: 100', (CONTRACT) =>
      loadRun(service, {
        workers,
        atMostS,
        settings: {
          CONTRACT,
          SCHEDULE: `hold ${users} within ${withinS}s for ${lastsS}s`,
          // No participant leaves before the end; then they leave in the order of their arrival.
          THINK_TIME_MS: `${lastsS * 1000}..${(lastsS + 5) * 1000}`,
          REQUESTS_PER_USER: '1',
          MEETING_SIZE: '2',
          DRAIN_TIMEOUT: String(withinS + 30),
          TARGETS,
        },
      }),
    );
  } finally {
    await service.stop();
  }
}

function surroundings({ summary, othersCores }: LoadRun): string {
  const reasons = summary.reasons.length > 0 ? ` (${summary.reasons.map(reasonText).join('; ')})` : '';
  return `Verdict ${summary.verdict}${reasons}; other processes used ${othersCores.toFixed(2)} cores.`;
}

function atLeast(what: string, measured: number, bound: number): Bound {
  return { what, measured: measured.toFixed(0), bound: `at least ${bound}`, holds: measured >= bound };
}

function atMost(what: string, measured: number, bound: number, unit: string): Bound {
  return {
    what,
    measured: `${measured.toFixed(2)} ${unit}`,
    bound: `at most ${bound} ${unit}`,
    holds: measured <= bound,
  };
}

function ms(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(2);
}
