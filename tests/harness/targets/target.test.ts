import { expect, test } from '@playwright/test';
import { UserError } from '../../../src/kernel/errors.ts';
import { parseTargets, splitTargets } from '../../../src/targets/parse.ts';
import type { Target } from '../../../src/targets/target.ts';

const one = (metric: string, limit: string) => parseTargets([[metric, limit]])[0]!;

test.describe('a written target', () => {
  const p95 = { kind: 'percentile', quantile: 0.95, from: 'actual' };
  const read: [string, string, Partial<Target>][] = [
    ['latency p95', '< 500 ms', { statistic: p95 as never, comparator: '<', limit: 500, unit: 'ms' }],
    ['p95', '<= 1.5 s', { statistic: p95 as never, comparator: '<=', limit: 1500, unit: 'ms' }],
    ['LATENCY P95', '<500ms', { statistic: p95 as never, limit: 500 }],
    ['all avg', '< 200 ms', { statistic: { kind: 'avg' }, limit: 200 }],
    ['meeting.join p99.9', '< 1 s', { operation: 'meeting.join', limit: 1000 }],
    ['response p95', '< 2 s', { statistic: { ...p95, from: 'intended' } as never, limit: 2000 }],
    [
      'hand.raise response p95',
      '< 2 s',
      { operation: 'hand.raise', statistic: { ...p95, from: 'intended' } as never },
    ],
    ['min', '> 1 ms', { statistic: { kind: 'min' }, comparator: '>' }],
    ['socket.connect max', '>= 0.5 ms', { operation: 'socket.connect', comparator: '>=', limit: 0.5 }],
    ['error rate', '< 1 %', { statistic: { kind: 'error rate' }, limit: 1, unit: '%' }],
    [
      'room.enter success rate',
      '>= 99.5 %',
      { operation: 'room.enter', statistic: { kind: 'success rate' } },
    ],
    ['throughput', '> 50 /s', { statistic: { kind: 'throughput' }, limit: 50, unit: '/s' }],
    [
      'event.delivery count',
      '>= 1000',
      { operation: 'event.delivery', statistic: { kind: 'count' }, unit: '' },
    ],
    ['worst 10 s error rate', '< 5 %', { worstSeconds: 10, statistic: { kind: 'error rate' } }],
    ['Worst 3s meeting.get p95', '< 1 s', { worstSeconds: 3, operation: 'meeting.get' }],
  ];
  for (const [metric, limit, expected] of read) {
    test(`reads "${metric} ${limit}"`, () => {
      const target = one(metric, limit);
      expect(target).toMatchObject({ ...expected, text: `${metric} ${limit}` });
      if (!expected.operation) expect(target).not.toHaveProperty('operation');
      if (!expected.worstSeconds) expect(target).not.toHaveProperty('worstSeconds');
    });
  }

  test('reads p99.9 as the 0.999 quantile', () => {
    expect(one('p99.9', '< 1 s').statistic).toEqual({
      kind: 'percentile',
      quantile: expect.closeTo(0.999, 12),
      from: 'actual',
    });
  });
});

test.describe('an invalid target', () => {
  const refused: [string, string, string, RegExp][] = [
    ['an unknown statistic', 'latency p', '< 1 s', /unknown metric "latency p".*Statistics: avg, min/],
    ['a metric without a statistic', 'latency', '< 1 s', /unknown metric "latency"/],
    ['the hundredth percentile', 'p100', '< 1 s', /unknown metric "p100"/],
    ['an empty metric', '', '< 1 s', /unknown metric ""/],
    ['two operations', 'meeting.join meeting.get p95', '< 1 s', /unknown metric/],
    ['a window without its unit', 'worst 10 p95', '< 1 s', /unknown metric/],
    ['a window of 0 s', 'worst 0 s p95', '< 1 s', /window of 0 s is too short. Use 1 s or more/],
    ['response percentiles of a window', 'worst 10 s response p95', '< 1 s', /whole run only/],
    ['a missing limit', 'p95', '', /"" is not a limit. Write a comparator/],
    ['a missing comparator', 'p95', '500 ms', /"500 ms" is not a limit/],
    ['an equation', 'count', '= 5', /"= 5" is not a limit/],
    ['a negative limit', 'p95', '< -5 ms', /is not a limit/],
    ['a limit that is no number', 'p95', '< fast', /is not a limit/],
    ['an unknown unit', 'p95', '< 5 min', /is not a limit/],
    ['a latency without a unit', 'p95', '< 500', /counted in ms, not in plain numbers/],
    ['a latency in percent', 'avg', '< 5 %', /avg is counted in ms, not in %/],
    ['a rate in milliseconds', 'error rate', '< 5 ms', /counted in %, not in ms/],
    ['a rate in seconds', 'error rate', '< 5 s', /counted in %, not in s/],
    ['a throughput without a unit', 'throughput', '> 5', /counted in \/s/],
    ['a count with a unit', 'count', '> 5 ms', /counted in plain numbers, not in ms/],
    ['a comma in a number', 'error rate', '< 0,5 %', /Write numbers with a point/],
    ['a separator of thousands', 'p95', '< 1,000 ms', /Write numbers with a point/],
    ['a reversed comparator', 'p95', '=< 5 ms', /Write the comparator as <= or >=/],
    ['digits of another script', 'p95', '< ٣ ms', /is not a limit/],
    ['a number with an exponent', 'p95', '< 1e9 ms', /is not a limit/],
    ['a number that is too large', 'p95', `< ${'9'.repeat(400)} ms`, /larger than any measured value/],
    ['a limit that no run meets', 'p95', '< 0 ms', /nothing is below 0.*Use a limit above 0, or <= 0/],
    ['a rate that no run meets', 'success rate', '> 100 %', /nothing is above 100 %.*>= 100 %/],
    ['the percentile p0', 'p0', '< 5 ms', /p0 is not a percentile. Use min/],
    ['a rate that every run meets', 'error rate', '< 101 %', /never above 100 %/],
  ];
  for (const [name, metric, limit, message] of refused) {
    test(`refuses ${name}`, () => {
      expect(() => one(metric, limit)).toThrow(message);
      expect(() => one(metric, limit)).toThrow(UserError);
    });
  }

  test('reports all mistakes at once', () => {
    const mistakes = [
      ['p95', '500 ms'],
      ['latency p95', '< 1 s'],
      ['what', '< 1 s'],
    ] as const;
    expect(() => parseTargets(mistakes)).toThrow(/"p95 500 ms"[\s\S]*\n.*"what < 1 s"/);
  });

  test('refuses an empty list of targets', () => {
    expect(() => parseTargets([])).toThrow(/No target is given/);
    expect(() => parseTargets(splitTargets(' ; ;'))).toThrow(/No target is given/);
  });
});

test.describe('several targets in one text', () => {
  test('splits targets at semicolons and lines, and allows two limits for one metric', () => {
    expect(splitTargets(' p95 < 500 ms;error rate<1 %\n; p95 >= 1 ms;')).toEqual([
      ['p95', '< 500 ms'],
      ['error rate', '<1 %'],
      ['p95', '>= 1 ms'],
    ]);
    expect(parseTargets(splitTargets('p95 < 5 ms; p95 > 1 ms')).map(({ text }) => text)).toEqual([
      'p95 < 5 ms',
      'p95 > 1 ms',
    ]);
  });

  test('reads typographic signs and spaces as plain ones', () => {
    const written = 'p95\u00a0≤\u202f500\u2009ms; success  rate ≥ 99．5\u00a0％; p99 ＜ 1 s';
    expect(parseTargets(splitTargets(written)).map(({ text }) => text)).toEqual([
      'p95 <= 500 ms',
      'success rate >= 99.5 %',
      'p99 < 1 s',
    ]);
  });

  test('refuses two limits of one figure in the same direction', () => {
    const twice =
      'latency p95 < 500 ms; P95 <= 1 s; all p95 < 500 ms; meeting.get p95 < 1 s; worst 5 s p95 < 1 s';
    expect(() => parseTargets(splitTargets(twice))).toThrow(
      new UserError(
        [
          'Target "P95 <= 1 s": this figure already has an upper limit, "latency p95 < 500 ms". Keep one of them.',
          'Target "all p95 < 500 ms": this figure already has an upper limit, "latency p95 < 500 ms". Keep one of them.',
        ].join('\n'),
      ),
    );
    expect(() => parseTargets(splitTargets('count > 5; count >= 7'))).toThrow(
      'this figure already has a lower limit',
    );
  });

  test('names the metric that was meant', () => {
    for (const [written, meant] of [
      ['eror rate', 'error rate'],
      ['latency p95 < 1 s; meeting.join sucess rate', 'meeting.join success rate'],
      ['worst 10 s eror rate', 'error rate'],
      ['p95 latency', 'latency p95'],
      ['latency 95th percentile', 'latency p95'],
      ['latency p(99.9)', 'latency p99.9'],
      ['event lost', 'events lost'],
      ['throughputs', 'throughput'],
    ] as const)
      expect(() => parseTargets(splitTargets(`${written} < 1 s`))).toThrow(`Did you mean "${meant}"?`);
    expect(() => parseTargets(splitTargets('speed < 1 s'))).toThrow(
      'unknown metric "speed". Statistics: avg',
    );
    expect(() => parseTargets(splitTargets(`${'x '.repeat(5000)} < 1 s`))).toThrow('Statistics: avg');
  });

  test('refuses a range without values', () => {
    const [empty, one] = ['p95 < 5 ms; p95 > 5 ms', 'p95 <= 5 ms; p95 >= 5 ms'];
    expect(() => parseTargets(splitTargets(empty))).toThrow('no value meets both this and "p95 < 5 ms"');
    expect(parseTargets(splitTargets(one))).toHaveLength(2);
  });

  test('names each target that has no limit', () => {
    expect(() => parseTargets(splitTargets('p95; p95 < 1 s; error rate'))).toThrow(
      /"p95"[\s\S]*"error rate"/,
    );
  });
});
