import { test } from '@playwright/test';
import { type Bound, publish } from './bench-report.ts';
import { artilleryRun, findArtillery } from './journey/artillery-run.ts';
import { KnownDelay } from './journey/known-delay.ts';
import { loadRun } from './journey/load-run.ts';
import { steady } from './journey/steady.ts';

const RATE = 100;
const SECONDS = 20;
/** The measured part: before it, new code is compiled. */
const FROM_S = 5;
const TO_S = 19;
const USERS = 150;
const MEETING_SIZE = 6;
const AT_MOST_S = 90;
const SESSION_MS = 1;
const REQUEST_MICROS = 80;
const TIMES_ARTILLERY = 4;

interface Way {
  readonly name: string;
  readonly sessions: number;
  readonly requests: number;
  readonly events: number;
  readonly cpuMs: number;
}

test.describe('The journey: what does it cost?', () => {
  test.describe.configure({ timeout: 5 * 60_000 });

  test(`one worker and Artillery's engine each run ${RATE} sessions/s`, async () => {
    const service = await KnownDelay.start();
    try {
      const run = await loadRun(service, {
        workers: 1,
        atMostS: AT_MOST_S,
        settings: {
          SCHEDULE: `constant-arrival-rate ${RATE}/s for ${SECONDS}s max ${USERS}`,
          THINK_TIME_MS: '100..100',
          MEETING_SIZE: String(MEETING_SIZE),
          DRAIN_TIMEOUT: '10',
          TARGETS: 'p95 < 5000 ms; error rate < 1 %',
        },
      });
      const own = { name: 'fullhouse', ...steady(run.reports, FROM_S, TO_S) };
      const program = findArtillery();
      const other = program === undefined ? undefined : await beside(program, service);
      report(own, other, run.othersCores);
    } finally {
      await service.stop();
    }
  });
});

async function beside(program: string, service: KnownDelay): Promise<Way> {
  const { version, part, output } = await artilleryRun(program, service, {
    ratePerSecond: RATE,
    seconds: SECONDS,
    meetings: Math.ceil(USERS / (MEETING_SIZE - 1)),
    atMostS: AT_MOST_S,
    fromS: FROM_S,
    toS: TO_S,
  });
  // On a busy machine, it does not reach its rate, so the cost per session is compared.
  if (part.sessions < 0.5 * RATE * (TO_S - FROM_S))
    throw new Error(`Artillery finished only ${part.sessions} sessions:\n${output}`);
  return { name: `Artillery ${version}`, ...part };
}

function report(own: Way, other: Way | undefined, othersCores: number): void {
  const perSession = ({ cpuMs, sessions }: Way) => cpuMs / sessions;
  const perRequest = ({ cpuMs, requests }: Way) => (cpuMs * 1000) / requests;
  const bounds: Bound[] = [
    {
      what: 'CPU of a session',
      measured: `${perSession(own).toFixed(2)} ms`,
      bound: `at most ${SESSION_MS.toFixed(1)} ms`,
      holds: perSession(own) <= SESSION_MS,
    },
    {
      what: 'CPU of a request of a journey',
      measured: `${perRequest(own).toFixed(0)} µs`,
      bound: `at most ${REQUEST_MICROS} µs`,
      holds: perRequest(own) <= REQUEST_MICROS,
    },
  ];
  if (other)
    bounds.push({
      what: `requests for the CPU of one of ${other.name}`,
      measured: (perRequest(other) / perRequest(own)).toFixed(1),
      bound: `at least ${TIMES_ARTILLERY}`,
      holds: perRequest(other) >= TIMES_ARTILLERY * perRequest(own),
    });
  publish({
    name: 'journey-cost',
    question: 'What does a session of the journey cost?',
    method:
      `${RATE} sessions/s for ${SECONDS} s, ten actions of the usual mix with pauses of 100 ms; connect, enter, join and ` +
      `leave around them. CPU of the worker, and of Artillery's process, in the seconds ${FROM_S} to ${TO_S}. Other processes used ${othersCores.toFixed(2)} cores. ` +
      (other
        ? 'Events: those that reached others than their cause.'
        : 'Artillery was not measured: neither ARTILLERY nor the search path names its program.'),
    columns: ['way', 'sessions', 'requests', 'events', 'CPU ms', 'ms per session', 'µs per request'],
    rows: [own, ...(other ? [other] : [])].map((way) => [
      way.name,
      String(way.sessions),
      String(way.requests),
      String(way.events),
      way.cpuMs.toFixed(0),
      perSession(way).toFixed(2),
      perRequest(way).toFixed(0),
    ]),
    bounds,
    data: { own, other, othersCores },
  });
}
