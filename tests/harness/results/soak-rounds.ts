import { hold } from '../../../src/crowd/schedules/index.ts';
import type { SliceReport } from '../../../src/crowd/slice-report.ts';
import { compactRound } from '../../../src/results/evidence/compact-round.ts';
import type { SoakEvidence } from '../../../src/results/evidence/read.ts';
import type { Round, SoakPlan } from '../../../src/soak/evidence.ts';
import { parseTargets, splitTargets } from '../../../src/targets/parse.ts';
import { record, report } from './summary/crowd-records.ts';

const STARTED_AT = '2026-11-23T14:00:00.000Z';
const ROUND_MS = 100_000;
const WORK_MS = 60_000;

export function soakPlan(over: Partial<SoakPlan> = {}): SoakPlan {
  return {
    schema: 'fullhouse/soak/1',
    name: 'soak',
    startedAt: STARTED_AT,
    forMs: 12 * ROUND_MS,
    rounds: 12,
    workMs: WORK_MS,
    restMs: ROUND_MS - WORK_MS,
    sampleEveryMs: 5000,
    memoryLimitBytes: null,
    schedule: '6 users within 10 s, held until 60 s; participants that leave are replaced.',
    targets: [{ text: 'p95 < 100 ms' }, { text: 'error rate < 1 %' }],
    by: { place: 'here', pid: 1, since: '0' },
    before: { socketio_connections: 0 },
    stopped: null,
    ended: true,
    ...over,
  };
}

/** The reports of two slices that made 600 calls each within a minute. */
export function minute(latencyMs = 20): SliceReport[] {
  const calls = [
    { latencyMs, count: 500 },
    { name: 'meeting.join', latencyMs, count: 100, everyMs: 500 },
  ];
  return [1, 2].map((slice) => report(slice, calls, { elapsedMs: WORK_MS }));
}

export interface Soaked {
  readonly reports?: readonly SliceReport[];
  readonly rest?: Readonly<Record<string, number>>;
  readonly targets?: string;
}

/** Round `number`, which began on time. */
export function soakRound(
  number: number,
  { reports = minute(), rest = {}, targets = '' }: Soaked = {},
): Round {
  const startedAt = new Date(Date.parse(STARTED_AT) + (number - 1) * ROUND_MS).toISOString();
  const round = compactRound(record(reports, { startedAt }), {
    number,
    soakStartedAt: STARTED_AT,
    schedule: hold(6, { durationMs: WORK_MS }),
    targets: targets === '' ? [] : parseTargets(splitTargets(targets)),
  });
  return { ...round, restedAtMs: number * ROUND_MS, rest: { socketio_connections: 0, ...rest } };
}

/** A soak of twelve rounds with a sample at each rest; `restOf` gives the metrics at the rest of each round. */
export function soaked(
  plan: Partial<SoakPlan> = {},
  roundOf: (number: number) => Soaked | undefined = () => ({}),
): SoakEvidence {
  const whole = soakPlan(plan);
  const rounds = Array.from({ length: whole.rounds }, (_, index) => index + 1).flatMap((number) => {
    const round = roundOf(number);
    return round === undefined ? [] : [soakRound(number, round)];
  });
  const samples = rounds.map((round) => ({
    atMs: round.restedAtMs!,
    round: round.number,
    state: 'resting' as const,
    values: round.rest!,
  }));
  return { plan: whole, rounds, samples };
}
