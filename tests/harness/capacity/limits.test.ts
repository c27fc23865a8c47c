import { expect, test } from '@playwright/test';
import { limitsOf } from '../../../src/capacity/limits.ts';
import { parseTargets, splitTargets } from '../../../src/targets/parse.ts';

const read = (text: string) => limitsOf(parseTargets(splitTargets(text)));

test.describe('limits of a level', () => {
  test('judges a percentile as a share of calls in time', () => {
    const { limits, leftOut } = read('meeting.join p95 < 500 ms; latency p99.9 <= 1 s');
    expect(limits).toEqual([
      { text: 'meeting.join p95 < 500 ms', operation: 'meeting.join', thresholdMs: 500, required: 0.95 },
      { text: 'latency p99.9 <= 1 s', thresholdMs: 1000, required: 0.999 },
    ]);
    expect(leftOut).toEqual([]);
  });

  test('judges error rates and success rates as a share of successes', () => {
    expect(
      read('error rate < 1 %; meeting.join success rate >= 99.5 %; meeting.get error rate <= 0 %').limits,
    ).toEqual([
      { text: 'error rate < 1 %', thresholdMs: null, required: 0.99 },
      {
        text: 'meeting.join success rate >= 99.5 %',
        operation: 'meeting.join',
        thresholdMs: null,
        required: 0.995,
      },
      { text: 'meeting.get error rate <= 0 %', operation: 'meeting.get', thresholdMs: null, required: 1 },
    ]);
  });

  test('keeps limits for each operation', () => {
    expect(read('each operation p95 < 1 s').limits).toMatchObject([{ each: true, thresholdMs: 1000 }]);
  });

  const others = [
    'latency avg < 100 ms',
    'latency max < 5 s',
    'throughput > 100 /s',
    'events lost < 1 %',
    'users reached >= 95 %',
    'worst 10 s error rate < 5 %',
    'response p95 < 1 s',
    'latency p95 > 1 ms',
    'error rate > 50 %',
    'success rate < 10 %',
    'event.delivery p95 < 500 ms',
    'page.cls p75 < 0.1',
  ];
  for (const text of others) {
    test(`leaves out ${text}, with the reason`, () => {
      const { limits, leftOut } = read(text);
      expect(limits).toEqual([]);
      expect(leftOut).toEqual([expect.stringMatching(new RegExp(`^${text.replace('/', '\\/')}: \\w.+`))]);
    });
  }
});
