import { expect, test } from '@playwright/test';
import type { SliceReport } from '../../../../src/crowd/slice-report.ts';
import { LatencyHistogram } from '../../../../src/timings/latency-histogram.ts';
import { compare, errorOf, isInside, widthOf } from './bracket.ts';
import type { Measured, Truth } from './known-delay.ts';

const reading = { fraction: 0.95, truth: 5, alone: 5, latest: 7, earliest: 4.5 } as const;

test('isInside() accepts the percentile of the service between both ends of the bracket', () => {
  expect(isInside(reading)).toBe(true);
  expect(isInside({ ...reading, earliest: 5.005 })).toBe(true);
  expect(isInside({ ...reading, earliest: 5.02 })).toBe(false);
  expect(isInside({ ...reading, latest: 4.98 })).toBe(false);
  expect(isInside({ ...reading, earliest: undefined })).toBe(false);
});

test('errorOf() is the latest end minus the truth, and widthOf() the distance of both ends', () => {
  expect(errorOf(reading)).toBe(2);
  expect(widthOf(reading)).toBe(2.5);
  expect(widthOf({ ...reading, earliest: undefined })).toBeUndefined();
});

test('compare() merges slices, separates events, and gives no readings for unmatched operations', () => {
  const reports = [
    slice({ 'meeting.get': { ok: [5, 6], earliest: [4, 5] }, 'event.delivery': { ok: [9] } }),
    slice({ 'meeting.get': { ok: [7], earliest: [6] }, 'meeting.join': { ok: [8] } }),
  ];
  const get = measured(3, 5.5);
  const truth = {
    operations: { 'meeting.get': { seen: get, own: get } },
    seen: measured(4, 6),
    own: measured(4, 5),
  } as unknown as Truth;
  const { actions, events, operations } = compare(reports, truth);
  expect(actions).toMatchObject({ recorded: 4, measured: 4 });
  expect(actions.readings[0]).toMatchObject({ fraction: 0.5, truth: 6, alone: 5, latest: about(6) });
  expect(events).toMatchObject({ recorded: 1, measured: 0, readings: [] });
  const [join, joined] = operations;
  expect(join).toMatchObject({ operation: 'meeting.join', recorded: 1, readings: [] });
  expect(joined).toMatchObject({ operation: 'meeting.get', recorded: 3, measured: 3 });
  expect(joined!.readings[0]).toMatchObject({ truth: 5.5, latest: about(6), earliest: about(5) });
});

/** Equal within the precision of a histogram. */
const about = (ms: number) => expect.closeTo(ms, 2);

function measured(count: number, ms: number): Measured {
  return { count, p50: ms, p95: ms, p99: ms, min: ms, max: ms, leftOut: 0 };
}

function slice(operations: Record<string, { ok: number[]; earliest?: number[] }>): SliceReport {
  const encoded = Object.entries(operations).map(([name, { ok, earliest }]) => [
    name,
    {
      outcomes: { ok: ok.length },
      causes: [],
      ok: histogram(ok),
      ...(earliest ? { earliest: histogram(earliest) } : {}),
    },
  ]);
  return { timings: { operations: Object.fromEntries(encoded), windows: [] } } as unknown as SliceReport;
}

function histogram(values: readonly number[]) {
  const all = LatencyHistogram.empty();
  for (const ms of values) all.record(ms);
  return all.encode();
}
