import { existsSync, readFileSync } from 'node:fs';
import { test } from '@playwright/test';
import { addsText } from '../../../src/crowd/generator-adds.ts';
import { reasonText } from '../../../src/history/reason.ts';
import { type Bound, publish } from './bench-report.ts';
import { type Compared, compare, errorOf, isInside, type Reading, widthOf } from './journey/bracket.ts';
import { type Cost, costOf } from './journey/cost.ts';
import type { Disturbance } from './journey/disturbance.ts';
import { KnownDelay } from './journey/known-delay.ts';
import { type LoadRun, loadRun } from './journey/load-run.ts';

const SECONDS = 10;
const DELAY_MS = 5;
/** The time for starting workers, draining and writing reports. */
const AT_MOST_S = 90;
const MEETING_SIZE = 6;
/** With more use by other processes, a run was not quiet. */
const MOST_OTHERS_CORES = 0.2;
const RECENT_MS = 3 * 3_600_000;

interface Case {
  readonly rate: number;
  readonly workers: number;
  readonly disturbance: Disturbance;
}

/** Each rate with one and two workers on a quiet machine, and each disturbance with one or two workers. */
const cases: readonly Case[] = [20, 50, 100, 200, 400].flatMap((rate, index) => [
  { rate, workers: 1, disturbance: 'quiet' as const },
  { rate, workers: 2, disturbance: 'quiet' as const },
  { rate, workers: 1 + (index % 2), disturbance: 'busy neighbour' as const },
  { rate, workers: 2 - (index % 2), disturbance: 'stopped worker' as const },
]);

/** The promise for 200 sessions/s on two undisturbed workers. */
const NARROW: Case = { rate: 200, workers: 2, disturbance: 'quiet' };
const P95_MS = 2;
const P95_PART = 0.05;
const P99_MS = 4;

test.describe('The journey: does the bracket contain what the service measured?', () => {
  test.describe.configure({ timeout: 3 * 60_000 });
  for (const one of cases) {
    const { rate, workers, disturbance } = one;
    test(titleOf(one), async () => {
      const service = await KnownDelay.start({ delayMs: DELAY_MS });
      try {
        const run = await loadRun(service, {
          workers,
          disturbance,
          atMostS: AT_MOST_S,
          settings: {
            SCHEDULE: `constant-arrival-rate ${rate}/s for ${SECONDS}s max ${mostUsers(one)}`,
            THINK_TIME_MS: '50..150',
            MEETING_SIZE: String(MEETING_SIZE),
            DRAIN_TIMEOUT: '10',
            TARGETS: 'p95 < 5000 ms; error rate < 1 %',
          },
        });
        report(one, service, run);
      } finally {
        await service.stop();
      }
    });
  }

  test('prints all these runs in one table', () => {
    const runs = earlierRuns();
    test.skip(runs.length === 0, 'No run of the last hours left its figures.');
    reportAll(runs);
  });
});

/** Sessions take about a second; after a pause, a worker also has the sessions of the pause. */
function mostUsers({ rate, disturbance }: Case): number {
  return Math.ceil(rate * (disturbance === 'quiet' ? 1.5 : 2.5)) + 10;
}

function report(one: Case, service: KnownDelay, run: LoadRun): void {
  const { rate, disturbance } = one;
  const { reports, truth, summary } = run;
  const { actions, events, operations } = compare(reports, truth);
  const cost = costOf(reports);
  const failedChecks = summary.selfCheck.findings.filter(({ ok }) => !ok).map(({ check }) => check);
  const all = [actions, events, ...operations];
  publish({
    name: nameOf(one),
    question: `Does the bracket hold what the service measured? ${titleOf(one)}`,
    method:
      `The load test with ${rate} arrivals/s for ${SECONDS} s against a ${service.kind} service that answers after ` +
      `${DELAY_MS} ms${service.isFirst ? ' and runs before all others' : ''}. Times are P50/P95/P99 in ms. service: as it ` +
      `measured, the first call of a connection from the accept; alone: each from its request; latest, earliest: as ` +
      `recorded; error: latest minus service; width: latest minus earliest. ` +
      `${perSecond(cost.requests, cost.seconds)} requests/s, ${perSecond(cost.events, cost.seconds)} events/s; ` +
      `CPU ${cost.cpuMsPerSession.toFixed(2)} ms per session, ${cost.cpuMicrosPerRequest.toFixed(0)} µs per request ` +
      `(of /proc: ${(run.loadCpuMs / cost.sessions).toFixed(2)} ms per session); service ${truth.cpuMs.toFixed(0)} ms CPU, ` +
      `${truth.blockedWrites} writes that a full buffer held up; other processes ${run.othersCores.toFixed(2)} cores. ` +
      `Verdict ${summary.verdict}` +
      `${summary.reasons.length > 0 ? ` (${summary.reasons.map(reasonText).join('; ')})` : ''}; self-check: ` +
      `${failedChecks.length === 0 ? 'OK' : failedChecks.join(', ')}; the generator ${addsText(summary.selfCheck.adds)}.`,
    disturbed:
      disturbance === 'quiet' && run.othersCores > MOST_OTHERS_CORES
        ? `other processes used ${run.othersCores.toFixed(2)} cores`
        : undefined,
    columns: [
      'operation',
      'recorded',
      'counted',
      'service',
      'alone',
      'latest',
      'earliest',
      'error',
      'inside',
      'width',
    ],
    rows: all.map(row),
    bounds: [
      countsBound(actions),
      ...[actions, events].flatMap((compared) =>
        compared.readings.map((reading) => insideBound(compared, reading)),
      ),
      ...(isNarrow(one) ? actions.readings.flatMap(widthBound) : []),
    ],
    data: {
      at: new Date().toISOString(),
      case: one,
      cost,
      othersCores: run.othersCores,
      actions,
      events,
      operations,
      truth,
      verdict: summary.verdict,
      failedChecks,
    },
  });
}

/** The content of a run's report. */
interface Left {
  readonly at: string;
  readonly case: Case;
  readonly cost: Cost;
  readonly othersCores: number;
  readonly actions: Compared;
  readonly events: Compared;
  readonly verdict: string;
  readonly failedChecks: readonly string[];
}

/** The reports of these cases from the last hours: each case is a separate test, which may have run alone. */
function earlierRuns(): Left[] {
  const since = Date.now() - RECENT_MS;
  return cases.flatMap((one) => {
    const file = new URL(`../../../reports/bench/${nameOf(one)}.json`, import.meta.url);
    if (!existsSync(file)) return [];
    const { data } = JSON.parse(readFileSync(file, 'utf8')) as { data: Left };
    return Date.parse(data.at) >= since ? [data] : [];
  });
}

function reportAll(runs: readonly Left[]): void {
  const readings = ({ actions, events }: Left) => [...actions.readings, ...events.readings];
  const holds = (run: Left) => readings(run).length > 0 && readings(run).every(isInside);
  publish({
    name: 'journey-all',
    question: 'Does the bracket hold what the service measured, in all these runs?',
    method:
      'P50/P95/P99 in ms; error: recorded latest minus service; width: latest minus earliest. CPU is of the workers.',
    columns: [
      'run',
      'requests/s',
      'events/s',
      'error',
      'width',
      'event error',
      'event width',
      'inside',
      'verdict',
      'self-check',
      'ms/session',
      'µs/request',
      'others',
    ],
    rows: runs.map((run) => [
      titleOf(run.case),
      perSecond(run.cost.requests, run.cost.seconds),
      perSecond(run.cost.events, run.cost.seconds),
      ...[run.actions, run.events].flatMap((compared) => [
        three(compared, (reading) => signed(errorOf(reading))),
        three(compared, (reading) => ms(widthOf(reading))),
      ]),
      holds(run) ? 'yes' : 'NO',
      run.verdict,
      run.failedChecks.length === 0 ? 'OK' : run.failedChecks.join(', '),
      run.cost.cpuMsPerSession.toFixed(2),
      run.cost.cpuMicrosPerRequest.toFixed(0),
      run.othersCores.toFixed(2),
    ]),
    bounds: [
      {
        what: 'runs whose bracket holds P50, P95 and P99 of calls and events',
        measured: `${runs.filter(holds).length} of ${runs.length}`,
        bound: `all ${cases.length}`,
        holds: runs.length === cases.length && runs.every(holds),
      },
    ],
    data: runs,
  });
}

function nameOf({ rate, workers, disturbance }: Case): string {
  return `journey-${rate}-${workers}-${disturbance.replace(' ', '-')}`;
}

function titleOf({ rate, workers, disturbance }: Case): string {
  return `${rate} sessions/s, ${workers} ${workers === 1 ? 'worker' : 'workers'}, ${disturbance}`;
}

function three({ readings }: Compared, read: (reading: Reading) => string): string {
  return readings.map(read).join(' / ');
}

function row(compared: Compared): string[] {
  const { operation, recorded, measured } = compared;
  return [
    operation,
    String(recorded),
    String(measured),
    three(compared, ({ truth }) => ms(truth)),
    three(compared, ({ alone }) => ms(alone)),
    three(compared, ({ latest }) => ms(latest)),
    three(compared, ({ earliest }) => ms(earliest)),
    three(compared, (reading) => signed(errorOf(reading))),
    three(compared, (reading) => (reading.earliest === undefined ? '–' : isInside(reading) ? 'yes' : 'NO')),
    three(compared, (reading) => ms(widthOf(reading))),
  ];
}

function countsBound({ recorded, measured }: Compared): Bound {
  return {
    what: 'answers that the service gave and the run recorded',
    measured: `${recorded} of ${measured}`,
    bound: 'all of them',
    holds: recorded === measured && recorded > 0,
  };
}

function insideBound({ operation }: Compared, reading: Reading): Bound {
  const { fraction, truth, latest, earliest } = reading;
  return {
    what: `${operation}, P${fraction * 100} of the service`,
    measured: `${ms(truth)} ms in ${ms(earliest)} to ${ms(latest)}`,
    bound: 'inside the bracket',
    holds: isInside(reading),
  };
}

function widthBound(reading: Reading): Bound[] {
  const { fraction, truth } = reading;
  if (fraction === 0.5) return [];
  const most = fraction === 0.95 ? Math.max(P95_MS, P95_PART * truth) : P99_MS;
  const width = widthOf(reading);
  return [
    {
      what: `all actions, width at P${fraction * 100}`,
      measured: `${ms(width)} ms (error ${signed(errorOf(reading))})`,
      bound: `at most ${ms(most)} ms`,
      holds: width !== undefined && width <= most,
    },
  ];
}

function isNarrow({ rate, workers, disturbance }: Case): boolean {
  return rate === NARROW.rate && workers === NARROW.workers && disturbance === NARROW.disturbance;
}

function perSecond(count: number, seconds: number): string {
  return (count / seconds).toFixed(0);
}

function ms(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(2);
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}
