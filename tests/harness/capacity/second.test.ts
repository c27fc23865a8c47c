import { expect, test } from '@playwright/test';
import type { Limit } from '../../../src/capacity/limits.ts';
import { secondOf } from '../../../src/capacity/second.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { P95 } from './levels.ts';

const ERRORS: Limit = { text: 'error rate < 1 %', thresholdMs: null, required: 0.99 };
const JOIN: Limit = { text: 'join', operation: 'meeting.join', thresholdMs: 100, required: 0.95 };
const EACH: Limit = { text: 'each', each: true, thresholdMs: 100, required: 0.95 };
const facts = { atMs: 0, step: 3, generator: null };

/** The first second of a slice with four participants. */
function slice(record: (timings: Timings) => void) {
  const timings = new Timings(0);
  timings.setUsers(4, 0);
  record(timings);
  return timings.encode(1000).windows.filter(({ index }) => index === 0);
}

const calls = slice((timings) => {
  for (let call = 0; call < 8; call++) timings.operation('meeting.join').record('ok', 100, 150);
  timings.operation('meeting.join').record('ok', 100, 800);
  timings.operation('meeting.join').record('http 500', 100, 110);
  timings.operation('meeting.get').record('ok', 100, 130);
});

test.describe('one second of all slices', () => {
  test('adds users, calls and latencies of all slices', () => {
    const second = secondOf([...calls, ...calls], [P95], facts);
    expect(second).toMatchObject({ atMs: 0, step: 3, users: 8, calls: 22, failed: 2, generator: null });
    expect(second.ok.count).toBe(20);
    expect(second.meanMs).toBeCloseTo((8 * 50 + 700 + 30) / 10, 6);
    // Little's law: 1130 ms of calls in each slice ended in this second.
    expect(second.inFlight).toBeCloseTo(2.26, 6);
  });

  test('counts the calls within each limit, and failures as outside', () => {
    const { within } = secondOf(calls, [P95, ERRORS, JOIN], facts);
    expect(within).toEqual([
      { '': { latest: 9, earliest: 9, of: 11 } },
      { '': { latest: 10, earliest: 10, of: 11 } },
      { '': { latest: 8, earliest: 8, of: 10 } },
    ]);
  });

  test('counts each operation separately', () => {
    expect(secondOf(calls, [EACH], facts).within).toEqual([
      {
        'meeting.join': { latest: 8, earliest: 8, of: 10 },
        'meeting.get': { latest: 1, earliest: 1, of: 1 },
      },
    ]);
  });

  test('counts both ends of a bracket', () => {
    const late = slice((timings) => timings.operation('meeting.join').record('ok', 0, 900, undefined, 90));
    expect(secondOf(late, [JOIN], facts).within).toEqual([{ '': { latest: 0, earliest: 1, of: 1 } }]);
  });

  test('leaves out calls that the service could not answer, and reports the limit of the generator', () => {
    const limited = slice((timings) => {
      timings.operation('meeting.join').record('generator limit', 0, 10);
      timings.operation('meeting.join').record('aborted', 0, 10);
      timings.operation('meeting.join').record('ok', 0, 10);
    });
    const second = secondOf(limited, [ERRORS], facts);
    expect(second).toMatchObject({
      calls: 1,
      failed: 0,
      generator: expect.stringContaining('1 call failed'),
    });
    expect(second.within).toEqual([{ '': { latest: 1, earliest: 1, of: 1 } }]);
    expect(secondOf(limited, [], { ...facts, generator: 'a slice' }).generator).toBe('a slice');
  });

  test('leaves out successes of participants that were asked to leave', () => {
    const leaving = slice((timings) => {
      timings.drainFrom(100);
      timings.operation('meeting.join').record('ok', 50, 90);
      timings.operation('meeting.join').record('ok', 150, 900);
    });
    expect(secondOf(leaving, [JOIN], facts).within).toEqual([{ '': { latest: 1, earliest: 1, of: 1 } }]);
  });

  test('has no mean latency in a second without a call', () => {
    const second = secondOf([], [P95], facts);
    expect(second).toMatchObject({ users: 0, calls: 0, failed: 0, meanMs: null, inFlight: 0 });
    expect(second.within).toEqual([{ '': { latest: 0, earliest: 0, of: 0 } }]);
  });
});
