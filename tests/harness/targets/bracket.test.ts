import { expect, test } from '@playwright/test';
import { judge } from '../../../src/targets/judge.ts';
import { parseTargets, splitTargets } from '../../../src/targets/parse.ts';
import { MergedTimings } from '../../../src/timings/merged-timings.ts';
import { Timings } from '../../../src/timings/timings.ts';

/** 200 answers within 10 s, each between the two latencies; `lateMs`: how late each call started. */
function answered([low, high]: [number, number], lateMs = 0): MergedTimings {
  const timings = new Timings(0);
  for (let call = 0; call < 200; call++) {
    const startedAt = call * 50;
    timings
      .operation('meeting.get')
      .record('ok', startedAt, startedAt + high, startedAt - lateMs, startedAt + low);
  }
  return new MergedTimings([timings.encode(10_000)]);
}

function judged(text: string, timings: MergedTimings) {
  const [target] = parseTargets(splitTargets(text));
  return judge(target!, timings, { scheduleS: 10 });
}

const statistics = [
  'latency p95',
  'latency avg',
  'latency max',
  'meeting.get p50',
  'each operation p95',
  'worst 2 s p50',
];

test.describe('a target on figures with brackets', () => {
  for (const statistic of statistics) {
    test(`is met or missed when both ends agree, else inconclusive (${statistic})`, () => {
      const timings = answered([40, 60]);
      expect(judged(`${statistic} < 100 ms`, timings).state).toBe('met');
      expect(judged(`${statistic} < 30 ms`, timings).state).toBe('missed');
      const unsure = judged(`${statistic} < 50 ms`, timings);
      expect(unsure.state).toBe('inconclusive');
      expect(unsure.note).toContain('the load generator read the answers too late to tell');
      expect(unsure.bracket!.low).toBeCloseTo(40, 0);
      expect(unsure.bracket!.high).toBeCloseTo(60, 0);
      expect(unsure.value).toBe(unsure.bracket!.high);
    });
  }

  test('meets a lower limit only when both ends meet it', () => {
    expect(judged('latency p95 > 30 ms', answered([40, 60])).state).toBe('met');
    expect(judged('latency p95 > 50 ms', answered([40, 60])).state).toBe('inconclusive');
    expect(judged('latency p95 > 70 ms', answered([40, 60])).state).toBe('missed');
  });

  test('is never inconclusive for exact answers', () => {
    expect(judged('latency p95 < 50 ms', answered([49, 49])).state).toBe('met');
    expect(judged('latency p95 < 48 ms', answered([49, 49])).state).toBe('missed');
  });

  test('counts a late start only in the upper end of the response time', () => {
    const late = answered([40, 41], 300);
    expect(judged('response p95 < 500 ms', late).state).toBe('met');
    expect(judged('response p95 < 200 ms', late).state).toBe('inconclusive');
    expect(judged('response p95 < 20 ms', late).state).toBe('missed');
    expect(judged('latency p95 < 200 ms', late).state).toBe('met');
  });

  test('shows the deciding operation with its own bracket', () => {
    const timings = new Timings(0);
    const slow = (name: string, [low, high]: [number, number]) => {
      for (let call = 0; call < 200; call++)
        timings.operation(name).record('ok', call * 50, call * 50 + high, undefined, call * 50 + low);
    };
    slow('meeting.get', [150, 160]);
    slow('meeting.join', [10, 400]);
    const merged = new MergedTimings([timings.encode(10_000)]);
    // meeting.join has the higher value, but was read late; meeting.get is too slow at both ends.
    const missed = judged('each operation p95 < 100 ms', merged);
    expect(missed).toMatchObject({ state: 'missed', note: 'meeting.get' });
    expect(missed.bracket!.high).toBe(missed.value);
    expect([missed.bracket!.low, missed.value!].map(Math.round)).toEqual([150, 160]);
    const unsure = judged('each operation p95 < 200 ms', merged);
    expect(unsure).toMatchObject({
      state: 'inconclusive',
      note: expect.stringMatching(/^meeting\.join; between 10/),
    });
    expect(Math.round(unsure.bracket!.low)).toBe(10);
    expect(judged('each operation p95 < 500 ms', merged)).toMatchObject({
      state: 'met',
      note: 'meeting.join',
    });
  });

  test('shows the deciding window with its own bracket', () => {
    const timings = new Timings(0);
    const operation = timings.operation('meeting.get');
    for (let call = 0; call < 200; call++) {
      const startedAt = call * 50;
      // From 2 to 4 s the service is slow; from 6 to 8 s the generator is slow and hides the latency.
      const [low, high] =
        startedAt >= 2000 && startedAt < 4000 ? [150, 160] : [10, startedAt >= 6000 ? 400 : 12];
      operation.record('ok', startedAt, startedAt + high, undefined, startedAt + low);
    }
    const found = judged('worst 2 s p50 < 100 ms', new MergedTimings([timings.encode(10_500)]));
    expect(found.state).toBe('missed');
    expect(found.note).toMatch(/^worst from second [123] to/);
    expect(Math.round(found.bracket!.low)).toBe(150);
    expect(Math.round(found.bracket!.high)).toBe(160);
  });

  test('has no bracket for an error rate', () => {
    const found = judged('error rate < 1 %', answered([40, 60]));
    expect(found.state).toBe('met');
    expect(found.bracket).toBeUndefined();
  });
});
