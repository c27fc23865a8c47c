import { expect, test } from '@playwright/test';
import { UserError } from '../../../src/kernel/errors.ts';
import type { CrowdFigures } from '../../../src/targets/crowd-figures.ts';
import { judge } from '../../../src/targets/judge.ts';
import { parseTargets, splitTargets } from '../../../src/targets/parse.ts';
import { crowdFigures } from '../../../src/targets/target.ts';
import { judged, times, timingsOf } from './judged.ts';

const nothing = Object.fromEntries(crowdFigures.map((name) => [name, { part: 0, of: 0 }])) as CrowdFigures;
const judgedOf = (text: string, figures: Partial<CrowdFigures>) =>
  judge(parseTargets(splitTargets(text))[0]!, timingsOf([]), {
    scheduleS: 10,
    crowd: { ...nothing, ...figures },
  });

test.describe('targets on crowd figures', () => {
  const table: [string, Partial<CrowdFigures>, Record<string, unknown>][] = [
    [
      'events lost < 0.1 %',
      { 'events lost': { part: 3, of: 1000 } },
      { state: 'missed', value: 0.3, count: 1000 },
    ],
    [
      'events lost < 0.1 %',
      { 'events lost': { part: 0, of: 10 } },
      { state: 'met', value: 0, note: '0 of 10 room events' },
    ],
    ['events twice < 1 %', { 'events twice': { part: 1000, of: 1000 } }, { state: 'missed', value: 100 }],
    ['connections lost <= 1 %', { 'connections lost': { part: 1, of: 100 } }, { state: 'met', value: 1 }],
    [
      'sessions completed >= 99 %',
      { 'sessions completed': { part: 0, of: 5 } },
      { state: 'missed', value: 0 },
    ],
    [
      'wrong answers <= 0',
      { 'wrong answers': { part: 2, of: 500 } },
      { state: 'missed', value: 2, unit: '' },
    ],
    ['events late < 1 %', {}, { state: 'missed', value: null, note: 'there is no room event' }],
  ];
  for (const [text, figures, expected] of table) {
    test(`judges "${text}" as ${expected.state}`, () => {
      expect(judgedOf(text, figures)).toMatchObject(expected);
    });
  }

  test('is inconclusive when fewer users were reached than requested', () => {
    const note = '105 of 1,000 users were reached: lower something';
    expect(
      judgedOf('users reached >= 90 %', { 'users reached': { part: 105, of: 1000, note } }),
    ).toMatchObject({
      state: 'inconclusive',
      value: 10.5,
      note,
    });
  });

  for (const [text, rule] of [
    [
      'meeting.join events lost < 1 %',
      'events lost is a figure of the whole crowd. Leave out "meeting.join".',
    ],
    ['worst 10 s events lost < 1 %', '"events lost" is judged over the whole run only. Leave out "worst".'],
    [
      'worst 10 s each operation p95 < 1 s',
      '"each operation" is judged over the whole run only. Leave out "worst".',
    ],
    ['events lost < 5 ms', 'events lost is counted in %, not in ms.'],
    ['wrong answers <= 1 %', 'wrong answers is counted in plain numbers, not in %.'],
  ] as const) {
    test(`refuses "${text}"`, () => {
      expect(() => parseTargets(splitTargets(text))).toThrow(UserError);
      expect(() => parseTargets(splitTargets(text))).toThrow(rule);
    });
  }
});

test.describe('an "each operation" target', () => {
  const quick = times(1000, () => ({ latencyMs: 5 }), 10);
  const all = (...records: ReturnType<typeof times>[]) =>
    records.flat().sort((one, other) => one.atMs - other.atMs);

  test('names a slow operation that the total hides', () => {
    const records = all(
      quick,
      times(30, () => ({ name: 'socket.connect', latencyMs: 3000 })),
    );
    expect(judged('p95 < 1 s', records).state).toBe('met');
    expect(judged('each operation p95 < 1 s', records)).toMatchObject({
      state: 'missed',
      value: expect.closeTo(3000, -2),
      count: 30,
      note: 'socket.connect',
    });
  });

  test('is missed when the median of a few samples is already too slow', () => {
    const records = all(
      quick,
      times(4, () => ({ name: 'socket.connect', latencyMs: 3000 })),
    );
    expect(judged('each operation p95 < 1 s', records)).toMatchObject({
      state: 'missed',
      note: 'socket.connect: the median of 4 samples is already 3000 ms',
    });
  });

  test('skips an operation with few but fast samples', () => {
    const records = all(
      quick,
      times(4, (index) => ({ name: 'socket.connect', latencyMs: index === 0 ? 3000 : 5 })),
    );
    expect(judged('each operation p95 < 1 s', records)).toMatchObject({ state: 'met', note: 'meeting.get' });
  });

  test('judges room events, and no other observations', () => {
    const slow = (name: string) =>
      all(
        quick,
        times(30, () => ({ name, latencyMs: 4000 })),
      );
    expect(judged('each operation p95 < 1 s', slow('event.delivery'))).toMatchObject({ state: 'missed' });
    expect(judged('each operation p95 < 1 s', slow('page.join'))).toMatchObject({ state: 'met' });
  });

  test('judges the error rate of the worst operation', () => {
    const records = all(
      quick,
      times(10, (index) => ({ name: 'hand.raise', outcome: index < 2 ? 'http 500' : 'ok' })),
    );
    expect(judged('each operation error rate < 5 %', records)).toMatchObject({
      state: 'missed',
      value: 20,
      note: 'hand.raise',
    });
  });

  test('is inconclusive when no operation has enough samples', () => {
    expect(
      judged(
        'each operation p95 < 1 s',
        times(3, () => ({})),
      ),
    ).toMatchObject({
      state: 'inconclusive',
      note: 'no operation has enough samples',
    });
  });
});
