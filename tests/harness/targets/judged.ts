import { judge } from '../../../src/targets/judge.ts';
import type { Judgement } from '../../../src/targets/judgement.ts';
import { parseTargets, splitTargets } from '../../../src/targets/parse.ts';
import { MergedTimings } from '../../../src/timings/merged-timings.ts';
import type { Outcome } from '../../../src/timings/outcome.ts';
import { Timings } from '../../../src/timings/timings.ts';

export interface Record {
  readonly atMs: number;
  readonly latencyMs?: number;
  readonly outcome?: Outcome;
  readonly name?: string;
  readonly lateMs?: number;
}

/** From this instant on, participants are asked to leave. */
export const DRAIN_FROM_MS = 200_000;

/** The timings of these calls; `atMs` is the end of a call. */
export function timingsOf(records: readonly Record[]): MergedTimings {
  const timings = new Timings(0);
  timings.drainFrom(DRAIN_FROM_MS);
  for (const { atMs, latencyMs = 10, outcome = 'ok', name = 'meeting.get', lateMs = 0 } of records)
    timings.operation(name).record(outcome, atMs - latencyMs, atMs, atMs - latencyMs - lateMs);
  return new MergedTimings([timings.encode(records.at(-1)?.atMs ?? 0)]);
}

export const judged = (text: string, records: readonly Record[], seconds = 60): Judgement =>
  judge(parseTargets(splitTargets(text))[0]!, timingsOf(records), { scheduleS: seconds });
export const times = (count: number, record: (index: number) => Partial<Record>, everyMs = 100): Record[] =>
  Array.from({ length: count }, (_, index) => ({ atMs: 50 + index * everyMs, ...record(index) }));
