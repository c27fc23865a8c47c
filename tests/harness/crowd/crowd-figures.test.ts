import { expect, test } from '@playwright/test';
import { Attendance } from '../../../src/crowd/attendance.ts';
import { crowdFigures } from '../../../src/crowd/crowd-figures.ts';
import { hold, poisson, sessions } from '../../../src/crowd/schedules/index.ts';
import type { SliceReport } from '../../../src/crowd/slice-report.ts';
import { noSessions } from '../../../src/crowd/slice-report.ts';
import { MergedTimings } from '../../../src/timings/merged-timings.ts';
import { report } from '../results/summary/crowd-records.ts';

const whole = hold(6, { durationMs: 10_000 });
const figuresOf = (
  reports: readonly SliceReport[],
  schedule: Parameters<typeof crowdFigures>[2]['schedule'] = whole,
) => {
  const attendance = new Attendance();
  for (const { slice, timings } of reports) attendance.add(slice, timings.windows);
  return crowdFigures(reports, new MergedTimings(reports.map(({ timings }) => timings)), {
    schedule,
    reached: attendance.reached(schedule),
  });
};

test.describe('figures of a crowd beside its calls', () => {
  test('counts lost, late and repeated room events, without the aborted ones', () => {
    const figures = figuresOf([
      report(
        1,
        [
          { name: 'event.delivery', count: 90 },
          { name: 'event.delivery', outcome: 'lost', count: 6 },
          { name: 'event.delivery', outcome: 'late', count: 4 },
          { name: 'event.delivery', outcome: 'aborted', count: 50 },
        ],
        { events: { twice: 9, duplicates: 12, unexplained: 0 } },
      ),
    ]);
    expect(figures).toMatchObject({
      'events lost': { part: 6, of: 100 },
      'events late': { part: 4, of: 100 },
      'events twice': { part: 9, of: 100 },
    });
  });

  test('counts all connections as lost when the service closes every socket', () => {
    const cut = (slice: number) =>
      report(slice, [{ name: 'socket.connect', count: 20 }], { drops: { 'transport close': 20 } });
    expect(figuresOf([cut(1), cut(2)])['connections lost']).toEqual({ part: 40, of: 40 });
  });

  test('compares completed sessions with all sessions that were not cut short', () => {
    const figures = figuresOf([
      report(1, [], {
        sessions: {
          ...noSessions(),
          started: 12,
          completed: 7,
          gaveUp: { 'meeting.join': 2, 'room.enter': 1 },
          cutShort: 2,
        },
      }),
    ]);
    expect(figures['sessions completed']).toEqual({ part: 7, of: 10 });
  });

  test('counts answers about another meeting as wrong answers, and no other invalid answers', () => {
    const one = report(1, [{ count: 50 }]);
    const get = one.timings.operations['meeting.get']!;
    const causes = [
      { cause: '200 answered about another meeting', outcome: 'invalid' as const, count: 3, samples: [] },
      { cause: 'answer is not JSON', outcome: 'invalid' as const, count: 4, samples: [] },
    ];
    const timings = { ...one.timings, operations: { 'meeting.get': { ...get, causes } } };
    expect(figuresOf([{ ...one, timings }])['wrong answers']).toEqual({ part: 3, of: 50 });
  });

  test('accepts one missing user, who may be between two sessions', () => {
    const [one, other] = [report(1, [{}]), report(2, [{}])];
    expect(figuresOf([one, other])['users reached']).toEqual({ part: 6, of: 6 });
    const asked = (users: number) => hold(users, { durationMs: 10_000 });
    expect(figuresOf([one, other], asked(7))['users reached']).toEqual({ part: 7, of: 7 });
    expect(figuresOf([one, other], asked(8))['users reached']).toMatchObject({ part: 6, of: 8 });
  });

  test('names the setting to change when too few users were reached', () => {
    const settings = { durationMs: 12_000, atMostUsers: 1000 };
    expect(figuresOf([report(1, [{}])], sessions({ everyMs: 100, ...settings }))['users reached'].note).toBe(
      '3 of 1,000 users were reached: raise TEST_DURATION or lower ARRIVAL_INTERVAL_MS',
    );
    const failed = { sessions: { ...noSessions(), started: 9, gaveUp: { 'meeting.join': 9 } } };
    expect(figuresOf([report(1, [{}], failed)], hold(12, settings))['users reached'].note).toBe(
      '3 of 12 users were reached: most sessions ended early',
    );
    const rate = poisson(5, { durationMs: 12_000, maxUsers: 1000, seed: 1 });
    expect(figuresOf([report(1, [{}])], rate)['users reached'].of).toBe(0);
  });
});
