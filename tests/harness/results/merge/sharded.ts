import { seeded } from '../../../../src/kernel/random.ts';
import type { CrowdEvidence } from '../../../../src/results/evidence/crowd-evidence.ts';
import { Timings } from '../../../../src/timings/timings.ts';
import { sliceReport } from '../../crowd/slice-reports.ts';
import { circumstances, record } from '../summary/crowd-records.ts';

const operations = ['meeting.join', 'meeting.get', 'hand.raise'];

/** The calls of a crowd on any number of machines, with long-tailed latencies and some failures. */
export function calls(count: number) {
  const random = seeded(7, 'calls', 1);
  return Array.from({ length: count }, (_, index) => {
    const latencyMs = 1 + 400 * random() ** 6 + 20 * random();
    const endedAt = 500 + (index / count) * 9000 + latencyMs;
    return {
      operation: operations[Math.floor(random() * operations.length)]!,
      outcome: random() < 0.02 ? ('http 503' as const) : ('ok' as const),
      latencyMs,
      endedAt,
    };
  }).sort((one, other) => one.endedAt - other.endedAt);
}

export type Calls = ReturnType<typeof calls>;

function sliceOf(slice: number, of: number, own: Calls) {
  const timings = new Timings(0);
  // Six users in every second, however many slices host them.
  timings.setUsers(6 / of, 0);
  // Up to a fifth of each latency may be the generator's.
  for (const { operation, outcome, latencyMs, endedAt } of own)
    timings
      .operation(operation)
      .record(outcome, endedAt - latencyMs, endedAt, endedAt - latencyMs - 1, endedAt - latencyMs / 5);
  timings.setUsers(0, 10_000);
  return sliceReport({ slice, of, elapsedMs: 10_000, timings: timings.encode(10_000) });
}

/** All calls, divided between `slices` slices in turn: on one machine, or on `shards` machines. */
export function crowdOf(all: Calls, slices: number, shards = 1, settings: object = {}): CrowdEvidence[] {
  const { facts, ...rest } = circumstances('p95 < 5000 ms; error rate < 50 %', settings);
  const reports = Array.from({ length: slices }, (_, position) =>
    sliceOf(
      position + 1,
      slices,
      all.filter((_call, index) => index % slices === position),
    ),
  );
  const each = slices / shards;
  return Array.from({ length: shards }, (_, position) => {
    const own = reports.slice(position * each, (position + 1) * each);
    const shard = { index: position + 1, of: shards };
    return {
      ...record(own, { expected: own.map(({ slice }) => slice) }),
      ...rest,
      facts: { ...facts, runId: `run-${position + 1}`, shard },
    };
  });
}
