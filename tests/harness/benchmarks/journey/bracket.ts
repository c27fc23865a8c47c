import type { SliceReport } from '../../../../src/crowd/slice-report.ts';
import { byJourneyOrder, isAction, ROOM_EVENTS } from '../../../../src/timings/catalogue.ts';
import type { EncodedOperation } from '../../../../src/timings/encoded.ts';
import { type EncodedHistogram, LatencyHistogram } from '../../../../src/timings/latency-histogram.ts';
import type { Sides, Truth } from './known-delay.ts';

export const FRACTIONS = [0.5, 0.95, 0.99] as const;
const named = { 0.5: 'p50', 0.95: 'p95', 0.99: 'p99' } as const;

/** One percentile that the service measured and the run recorded, in ms. */
export interface Reading {
  readonly fraction: (typeof FRACTIONS)[number];
  readonly truth: number;
  readonly latest: number;
  /** The part of the service, from the arrival of the request: without the connect of a first call. */
  readonly alone: number;
  /** Undefined without a recorded lower end. */
  readonly earliest: number | undefined;
}

export interface Compared {
  readonly operation: string;
  readonly recorded: number;
  readonly measured: number;
  readonly readings: readonly Reading[];
}

/** The precision of an HDR histogram: three digits, and microseconds. */
const DIGITS = 0.001;
const UNIT_MS = 0.001;

export function isInside({ truth, latest, earliest }: Reading): boolean {
  const grain = truth * DIGITS + UNIT_MS;
  return earliest !== undefined && earliest <= truth + grain && truth <= latest + grain;
}

/** The difference between `latest` and the value of the service, in ms. */
export function errorOf({ latest, truth }: Reading): number {
  return latest - truth;
}

/** In ms; undefined without a lower end. */
export function widthOf({ latest, earliest }: Reading): number | undefined {
  return earliest === undefined ? undefined : latest - earliest;
}

/** Compares the records of the slices with the figures of the service: for all actions, room events, and each operation. */
export function compare(reports: readonly SliceReport[], truth: Truth) {
  const names = [...new Set(reports.flatMap(({ timings }) => Object.keys(timings.operations)))].sort(
    byJourneyOrder,
  );
  const of = (chosen: readonly string[]) =>
    reports.flatMap(({ timings }) => chosen.flatMap((name) => timings.operations[name] ?? []));
  const one = (name: string) => compared(name, of([name]), truth.operations[name]);
  return {
    actions: compared('all actions', of(names.filter(isAction)), truth),
    events: one(ROOM_EVENTS),
    operations: names.filter(isAction).map(one),
  };
}

function compared(
  operation: string,
  encoded: readonly EncodedOperation[],
  measured: Sides | undefined,
): Compared {
  const latest = merged(encoded.map(({ ok }) => ok));
  const earliest = merged(encoded.map((one) => one.earliest));
  const isMeasured = measured !== undefined && measured.seen.count > 0 && latest.count > 0;
  return {
    operation,
    recorded: latest.count,
    measured: measured?.seen.count ?? 0,
    readings: isMeasured
      ? FRACTIONS.map((fraction) => ({
          fraction,
          truth: measured.seen[named[fraction]]!,
          alone: measured.own[named[fraction]]!,
          latest: at(latest, fraction),
          earliest: earliest.count === 0 ? undefined : at(earliest, fraction),
        }))
      : [],
  };
}

function merged(all: readonly (EncodedHistogram | undefined)[]): LatencyHistogram {
  const sum = LatencyHistogram.empty();
  for (const one of all) if (one) sum.add(LatencyHistogram.decode(one));
  return sum;
}

/** By the same rank as the service. */
function at(latencies: LatencyHistogram, fraction: number): number {
  return latencies.valueAtRank(Math.ceil(latencies.count * fraction));
}
