import { expect, test } from '@playwright/test';
import { alertSchema } from '../../../src/alerts/alert.ts';
import { type AlertOptions, alertOf } from '../../../src/alerts/alert-of.ts';
import type { Reason } from '../../../src/history/reason.ts';
import { bench, chaos, check, load, met, missed, missedReason, regression, slow } from './records.ts';

const told = (records: AlertOptions['records'], over: Partial<AlertOptions> = {}) =>
  alertOf({ records, earlier: [], reports: ['reports/runs/x/summary.md'], when: 'degraded', ...over });

test.describe('When is an alert made?', () => {
  const well = [load(), chaos([check('passed')]), bench()];

  test('makes no alert when no problem was found', () => {
    expect(told(well)).toBeUndefined();
  });

  test('makes an alert after a good run when set to always', () => {
    expect(told(well, { when: 'always' })).toMatchObject({ status: 'ok', headline: 'no problems found' });
  });

  test('makes no alert when there is no record', () => {
    expect(told([], { when: 'always' })).toBeUndefined();
  });

  test('makes no alert after a missed target when set to never', () => {
    expect(told([slow()], { when: 'never' })).toBeUndefined();
  });

  test('reports no missed target of an interrupted run', () => {
    const interrupted = slow({
      verdict: 'interrupted',
      reasons: [{ kind: 'stopped early', message: 'stopped early: interrupted' }],
    });
    expect(told([interrupted])).toBeUndefined();
    expect(told([interrupted], { when: 'always' })).toMatchObject({
      status: 'interrupted',
      degraded: [],
      problems: [],
    });
  });

  test('reports a check that failed before the run was interrupted', () => {
    const interrupted = chaos([check('failed')], { verdict: 'interrupted' });
    expect(told([interrupted])).toMatchObject({ status: 'degraded', degraded: [{ kind: 'check' }] });
  });
});

test.describe('the content of an alert', () => {
  test('shows by how much an inexact latency may be lower', () => {
    const late = missed({ value: 900, bracket: { low: 840, high: 900 } });
    const slower = { ...regression(), after: 60, earliest: 52 };
    const alert = told([slow({ targets: [late] }), bench([slower])])!;
    expect(alertSchema.parse(alert)).toEqual(alert);
    const [target, metric] = alert.degraded;
    expect(target).toMatchObject({ value: 900, earliest: 840, message: '900 ms (−60), 1.80× the limit' });
    expect(metric).toMatchObject({
      value: 60,
      earliest: 52,
      message: expect.stringMatching(/^60\.0 ms \(−8\.0\), was /),
    });
    for (const exact of told([slow(), bench([regression()])])!.degraded) {
      expect(exact).not.toHaveProperty('earliest');
      expect(exact.message).not.toContain('−');
    }
  });

  test('reports the degraded items of all phases in one alert', () => {
    const alert = told([
      slow({ at: '2026-11-23T14:00:00.000Z' }),
      chaos([check('failed'), check('passed', 'capacity')], { at: '2026-11-23T14:02:00.000Z' }),
      bench([regression()], { at: '2026-11-23T14:05:00.000Z', service: 'http://localhost:8080' }),
    ]);
    const now = { runs: 1, since: expect.stringContaining('2026-11-23') };
    expect(alert).toEqual({
      schema: 'fullhouse/alert/2',
      status: 'degraded',
      headline: '1 target missed, 1 check failed, 1 regression',
      run: {
        id: '20261123-140000-abcd',
        at: '2026-11-23T14:00:00.000Z',
        commit: '0123456789abcdef0123456789abcdef01234567',
      },
      phases: [
        { kind: 'load', name: 'meeting-sessions', service: 'reference', verdict: 'failed' },
        { kind: 'chaos', name: 'experiments', service: 'reference', verdict: 'failed' },
        { kind: 'bench', name: 'endpoints', service: 'http://localhost:8080', verdict: 'failed' },
      ],
      degraded: [
        {
          kind: 'target',
          phase: 'load',
          scope: 'meeting-sessions',
          subject: 'latency p95 < 500 ms',
          message: '612 ms, 1.22× the limit',
          value: 612,
          limit: 500,
          before: null,
          ratio: 612 / 500,
          unit: 'ms',
          against: 'limit',
          ...now,
        },
        {
          kind: 'check',
          phase: 'chaos',
          scope: 'rapid join/leave',
          subject: 'nobody is twice in the roster',
          message: '40 views: failed',
          value: null,
          limit: null,
          before: null,
          ratio: null,
          unit: '',
          against: null,
          ...now,
        },
        {
          kind: 'regression',
          phase: 'bench',
          scope: 'endpoints',
          subject: 'meeting.get p50',
          message: '28.1 ms, was 8.04 ms in the baseline, 3.50×',
          value: 28.1,
          limit: null,
          before: 8.04,
          ratio: 28.1 / 8.04,
          unit: 'ms',
          against: 'baseline',
          ...now,
        },
      ],
      problems: [],
      recovered: [],
      more: { degraded: 0, problems: 0, recovered: 0 },
      reports: ['reports/runs/x/summary.md'],
    });
    expect(alertSchema.parse(alert)).toEqual(alert);
  });

  const amounts: [string, ReturnType<typeof missed>, string][] = [
    ['no data', missed({ value: null }), 'no data'],
    ['a limit of 0', missed({ target: 'count > 0', value: 0, limit: 0, unit: '' }), '0'],
    [
      'a rate',
      missed({ target: 'throughput > 50/s', value: 47.23, limit: 50, unit: '/s' }),
      '47.2/s, 0.94× the limit',
    ],
    [
      'a rate in percent',
      missed({ target: 'error rate < 1 %', value: 3.2, limit: 1, unit: '%' }),
      '3.20%, 3.20× the limit',
    ],
    ['a time of several seconds', missed({ value: 12_345 }), '12.3 s, 25× the limit'],
  ];
  for (const [name, target, message] of amounts) {
    test(`describes a missed target with ${name}`, () => {
      expect(told([slow({ targets: [target] })])?.degraded[0]?.message).toBe(message);
    });
  }

  test('reports a metric that regressed twice once, with the larger change', () => {
    const both = [
      regression({ ratio: 1.3, after: 10.4 }),
      regression({ against: 'series', ratio: 1.5, before: 7, after: 10.5 }),
    ];
    const alert = told([bench(both)]);
    expect(alert?.degraded).toMatchObject([
      { against: 'series', message: '10.5 ms, was 7.00 ms in the runs before, 1.50×' },
    ]);
  });

  test('gives no ratio for an error rate that was 0', () => {
    const rate = { metric: 'meeting.get error rate', unit: '%', before: 0, after: 3, ratio: null };
    expect(
      told([bench([regression(rate), regression({ ...rate, ratio: 2, before: 1 })])])?.degraded,
    ).toMatchObject([{ message: '3.00%, was 0.00% in the baseline', ratio: null }]);
  });

  test('reports a check that failed on several levels once', () => {
    const alert = told([chaos([check('failed'), check('failed'), check('passed')])]);
    expect(alert?.degraded).toHaveLength(1);
  });
});

test.describe('problems of the harness', () => {
  test('reports no missed target when the load generator was overloaded', () => {
    const ownReason: Reason = {
      kind: 'load generator',
      message: 'Load generator overloaded (CPU 95.00%, limit 80.00%)',
      hint: 'Use more machines.',
    };
    const alert = told([slow({ verdict: 'inconclusive', reasons: [missedReason(), ownReason] })]);
    expect(alert).toMatchObject({ status: 'problem', headline: 'no complete verdict on load', degraded: [] });
    expect(alert?.problems.map(({ message }) => message)).toEqual([
      'missed: latency p95 < 500 ms',
      'Load generator overloaded (CPU 95.00%, limit 80.00%). Use more machines.',
    ]);
  });

  test('reports a lost slice beside the missed target', () => {
    const lost = 'slice 2 was lost: its worker ended before its participants did';
    const alert = told([slow({ reasons: [{ kind: 'slice lost', message: lost }, missedReason()] })]);
    expect(alert).toMatchObject({
      status: 'degraded',
      headline: '1 target missed; no complete verdict on load',
      problems: [{ phase: 'load', scope: 'meeting-sessions', message: lost }],
    });
  });

  test('reports an inconclusive check once, as a problem', () => {
    const alert = told([chaos([check('inconclusive')])]);
    expect(alert).toMatchObject({
      status: 'problem',
      problems: [
        { scope: 'rapid join/leave', message: 'nobody is twice in the roster: 40 views: inconclusive' },
      ],
    });
    expect(alert?.problems).toHaveLength(1);
  });

  test('reports a failed run without a recorded reason as a problem', () => {
    expect(told([load({ verdict: 'failed' })])?.problems).toEqual([
      { phase: 'load', scope: 'meeting-sessions', message: 'failed, and no reason is recorded' },
    ]);
  });

  test('reports a target with too few samples as a problem', () => {
    const few = met({ state: 'inconclusive', value: null });
    const alert = told([
      load({
        verdict: 'inconclusive',
        targets: [few],
        reasons: [{ kind: 'target inconclusive', message: 'too few samples' }],
      }),
    ]);
    expect(alert).toMatchObject({ status: 'problem', degraded: [] });
  });
});
