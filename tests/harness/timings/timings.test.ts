import { expect, test } from '@playwright/test';
import { seeded } from '../../../src/kernel/random.ts';
import type { EncodedTimings, EncodedWindow } from '../../../src/timings/encoded.ts';
import { addOutcomes, MergedTimings, totalOf } from '../../../src/timings/merged-timings.ts';
import type { Outcome } from '../../../src/timings/outcome.ts';
import { Timings } from '../../../src/timings/timings.ts';

const START = 5000;
const totalOfWindows = (windows: readonly EncodedWindow[], name: string) => {
  const sum = {};
  for (const { operations } of windows) addOutcomes(sum, operations[name]?.outcomes ?? {});
  return totalOf(sum);
};
const fingerprint = ({ operations, windows }: EncodedTimings) =>
  JSON.parse(JSON.stringify({ operations, windows }));

test.describe('one-second windows', () => {
  test('counts a record in the second in which it ended', () => {
    const timings = new Timings(START);
    const get = timings.operation('meeting.get');
    get.record('ok', START, START + 999.9);
    get.record('ok', START + 900, START + 1000);
    get.record('http 500', START + 1500, START + 3200);
    const { windows } = timings.encode(START + 3300);
    expect(windows.map(({ index, operations }) => [index, operations['meeting.get']?.outcomes])).toEqual([
      [0, { ok: 1 }],
      [1, { ok: 1 }],
      [3, { 'http 500': 1 }],
    ]);
    expect(windows[0]?.operations['meeting.get']?.ok).toMatchObject({ count: 1, maxMs: 999.8999999999996 });
    expect(windows[2]?.operations['meeting.get']).not.toHaveProperty('ok');
  });

  test('adds up windows to the totals, including quiet seconds and late records', () => {
    const timings = new Timings(START);
    const random = seeded('windows');
    const outcomes: Outcome[] = ['ok', 'http 503', 'rate limited', 'timeout', 'aborted'];
    let now = START;
    let recorded = 0;
    const sent: EncodedWindow[] = [];
    for (let index = 0; index < 3000; index++) {
      now += random() < 0.01 ? 4000 * random() : 10 * random();
      // One record in ten is late: its call ended before the open window.
      const endedAt = random() < 0.1 ? now - 1500 : now;
      const name = random() < 0.5 ? 'hand.raise' : 'meeting.get';
      timings.operation(name).record(outcomes[index % outcomes.length]!, endedAt - 5, endedAt);
      recorded += 1;
      if (index % 100 === 0) sent.push(...timings.snapshot(now).windows);
    }
    const { operations, windows } = timings.encode(now);
    const names = Object.keys(operations);
    for (const name of names) expect(totalOfWindows(windows, name)).toBe(totalOf(operations[name]!.outcomes));
    expect(names.reduce((sum, name) => sum + totalOf(operations[name]!.outcomes), 0)).toBe(recorded);
    // The seconds are ascending and unique, and the windows sent in pieces are a prefix of all windows.
    const indexes = windows.map(({ index }) => index);
    expect(indexes).toEqual([...new Set(indexes)].sort((one, other) => one - other));
    expect(fingerprint({ operations: {}, windows: sent }).windows).toEqual(
      fingerprint({ operations: {}, windows: windows.slice(0, sent.length) }).windows,
    );
  });

  test('counts participants in seconds without a record', () => {
    const timings = new Timings(START);
    timings.setUsers(3, START);
    timings.setUsers(2, START + 250);
    timings.operation('meeting.get').record('ok', START, START + 10);
    timings.snapshot(START + 4500);
    timings.setUsers(0, START + 4500);
    const { windows } = timings.encode(START + 9000);
    expect(windows.map(({ index, users, userMs }) => [index, users, userMs])).toEqual([
      [0, 3, 2250],
      [1, 2, 2000],
      [2, 2, 2000],
      [3, 2, 2000],
      [4, 2, 1000],
    ]);
  });

  test('sends each closed window in one snapshot only', () => {
    const timings = new Timings(START);
    timings.operation('meeting.get').record('ok', START, START + 10);
    const first = timings.snapshot(START + 1001);
    const second = timings.snapshot(START + 1001);
    expect(first.windows.map(({ index }) => index)).toEqual([0]);
    expect(second.windows).toEqual([]);
    expect(fingerprint(second).operations).toEqual(fingerprint(first).operations);
  });

  test('encodes the same twice, and continues in the same window', () => {
    const timings = new Timings(START);
    const get = timings.operation('meeting.get');
    get.record('ok', START, START + 10);
    const once = fingerprint(timings.encode(START + 20));
    expect(fingerprint(timings.encode(START + 20))).toEqual(once);
    get.record('ok', START, START + 30);
    const { operations, windows } = timings.encode(START + 40);
    expect(windows).toHaveLength(1);
    expect(totalOfWindows(windows, 'meeting.get')).toBe(2);
    expect(operations['meeting.get']?.ok?.count).toBe(2);
  });
});

test.describe('the outcome of a call', () => {
  const table: [Outcome, { ok: number; failed: number; total: number }][] = [
    ['ok', { ok: 1, failed: 0, total: 1 }],
    ['rate limited', { ok: 0, failed: 0, total: 1 }],
    ['http 403', { ok: 0, failed: 1, total: 1 }],
    ['http 500', { ok: 0, failed: 1, total: 1 }],
    ['timeout', { ok: 0, failed: 1, total: 1 }],
    ['refused', { ok: 0, failed: 1, total: 1 }],
    ['reset', { ok: 0, failed: 1, total: 1 }],
    ['denied', { ok: 0, failed: 1, total: 1 }],
    ['invalid', { ok: 0, failed: 1, total: 1 }],
    ['error', { ok: 0, failed: 1, total: 1 }],
    ['aborted', { ok: 0, failed: 0, total: 0 }],
    ['generator limit', { ok: 0, failed: 0, total: 0 }],
  ];
  for (const [outcome, expected] of table) {
    test(`counts ${outcome} as ${expected.ok} ok, ${expected.failed} failed, ${expected.total} in total`, () => {
      const timings = new Timings(0);
      timings.operation('meeting.get').record(outcome, 100, 350, 90);
      timings.operation('meeting.get').failure(outcome, 'some cause', 'a sample');
      const merged = new MergedTimings([timings.encode(400)]);
      const get = merged.operations.get('meeting.get')!;
      expect({ ok: get.ok.count, failed: get.failed.count, total: get.total }).toEqual(expected);
      // The latency is the real one for each outcome, not 0 and not the limit.
      if (expected.ok + expected.failed > 0)
        expect((expected.ok ? get.ok : get.failed).valueAtRank(1)).toBe(250);
      expect(get.outcomes[outcome]).toBe(1);
      expect(get.causes.size).toBe(outcome === 'aborted' ? 0 : 1);
    });
  }

  test('leaves observations such as event deliveries out of the totals', () => {
    const timings = new Timings(0);
    timings.operation('event.delivery').record('timeout', 0, 5);
    timings.operation('meeting.join').record('ok', 0, 5);
    timings.operation('a journey of its own').record('ok', 0, 5);
    const { actions, operations } = new MergedTimings([timings.encode(10)]);
    expect([actions.total, actions.successful]).toEqual([2, 2]);
    expect([...operations.keys()]).toEqual(['meeting.join', 'event.delivery', 'a journey of its own']);
  });
});

test.describe('calls that begin in the drain', () => {
  test('counts calls of the drain, and keeps their latencies apart', () => {
    const timings = new Timings(0);
    const [leave, events] = [timings.operation('meeting.leave'), timings.operation('event.delivery')];
    leave.record('ok', 100, 120, 90);
    timings.drainFrom(1000);
    leave.record('ok', 999, 1500, 900); // begun before
    leave.record('ok', 1000, 1900, 900);
    leave.record('http 500', 1100, 1950);
    events.recordBelated('ok', 1200, 1400);
    events.recordBelated('lost', 1200, 1400);
    timings.operation('page.inp').record('ok', 2000, 2080);
    const { operations, windows } = timings.encode(2500);
    expect(operations['meeting.leave']).toMatchObject({
      outcomes: { ok: 3, 'http 500': 1 },
      ok: { count: 2, maxMs: 501 },
      earliest: { count: 2 },
      response: { count: 2 },
      drained: { count: 1, maxMs: 900 },
      failed: { count: 1 },
    });
    expect(operations['event.delivery']).toMatchObject({
      outcomes: { ok: 1, lost: 1 },
      drained: { count: 1 },
    });
    expect(operations['event.delivery']).not.toHaveProperty('ok');
    // The figures of a page are read at the end of its session, but belong to the whole session.
    expect(operations['page.inp']).toMatchObject({ ok: { count: 1 } });
    expect(windows[1]?.operations).toMatchObject({
      'meeting.leave': { outcomes: { ok: 2, 'http 500': 1 }, ok: { count: 1 } },
      'event.delivery': { outcomes: { ok: 1, lost: 1 } },
    });
    expect(windows[1]?.operations['event.delivery']).not.toHaveProperty('ok');
    const merged = new MergedTimings([timings.encode(2500)]);
    expect([merged.actions.total, merged.actions.ok.count, merged.actions.drained.count]).toEqual([4, 2, 1]);
  });
});

test.describe('causes of failures', () => {
  test('counts failure causes by their text, with three samples of bounded length', () => {
    const timings = new Timings(0);
    const get = timings.operation('meeting.get');
    for (let index = 0; index < 10; index++)
      get.failure('http 500', '500 BROKEN', `${index % 5} ${'x'.repeat(1000)}`);
    const [cause] = timings.encode(1).operations['meeting.get']!.causes;
    expect(cause).toMatchObject({ cause: '500 BROKEN', outcome: 'http 500', count: 10 });
    expect(cause!.samples.map((sample) => [sample[0], sample.length])).toEqual([
      ['0', 300],
      ['1', 300],
      ['2', 300],
    ]);
  });

  test('keeps 50 failure causes, and sums up the others', () => {
    const timings = new Timings(0);
    for (let index = 0; index < 1000; index++)
      timings.operation('x').failure('error', `cause ${index}`, 'text');
    const { causes } = timings.encode(1).operations.x!;
    expect(causes).toHaveLength(51);
    expect(causes.reduce((sum, { count }) => sum + count, 0)).toBe(1000);
    expect(causes.at(-1)).toMatchObject({ cause: 'other causes', count: 950 });
  });
});

test.describe('the slowest calls', () => {
  const call = (outcome: Outcome, ms: number, userId = 'u') => ({
    outcome,
    startedAt: START + 1000,
    endedAt: START + 1000 + ms,
    userId,
    meetingId: 'm',
  });

  test('are five for each operation and slice, and a faster call is not asked for its details', () => {
    const timings = new Timings(START);
    const get = timings.operation('meeting.get');
    const isSlow = (ms: number) => get.isSlow(START + 1000, START + 1000 + ms);
    for (const ms of [30, 10, 50, 20, 40]) {
      expect(isSlow(ms)).toBe(true);
      get.keepSlow(call('ok', ms, `u${ms}`));
    }
    expect([isSlow(10), isSlow(10.5)]).toEqual([false, true]);
    get.keepSlow(call('ok', 5));
    get.keepSlow(call('timeout', 10.5, 'late'));
    // What the harness ended says nothing about the service.
    get.keepSlow(call('aborted', 900));
    get.keepSlow(call('generator limit', 900));
    const slowest = timings.encode(START + 2000).operations['meeting.get']!.slowest!;
    expect(slowest.map(({ ms }) => ms)).toEqual([50, 40, 30, 20, 10.5]);
    expect(slowest[4]).toEqual({
      ms: 10.5,
      atMs: 1010.5,
      outcome: 'timeout',
      userId: 'late',
      meetingId: 'm',
    });
    timings.drainFrom(START + 1000);
    expect(isSlow(900)).toBe(false);
    const other = new Timings(START);
    other.operation('meeting.get').keepSlow(call('ok', 45, 'other'));
    const merged = new MergedTimings([timings.encode(START + 2000), other.encode(START + 2000)]);
    expect(merged.operations.get('meeting.get')!.slowest.map(({ ms }) => ms)).toEqual([50, 45, 40, 30, 20]);
  });

  test('are absent in timings of earlier versions', () => {
    const timings = new Timings(START);
    timings.operation('meeting.get').record('ok', START, START + 10);
    const encoded = timings.encode(START + 1000);
    expect(encoded.operations['meeting.get']).not.toHaveProperty('slowest');
    expect(new MergedTimings([encoded]).operations.get('meeting.get')!.slowest).toEqual([]);
  });
});
