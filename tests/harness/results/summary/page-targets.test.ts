import { expect, test } from '@playwright/test';
import { readSettings } from '../../../../src/config/read-settings.ts';
import { withoutBrowsers } from '../../../../src/crowd/browser-crowd.ts';
import type { BrowserReport, SliceReport } from '../../../../src/crowd/slice-report.ts';
import { Readings } from '../../../../src/participants/page/readings.ts';
import { summarise } from '../../../../src/results/summary/summarise.ts';
import { isReading } from '../../../../src/timings/page-metrics.ts';
import { type Calls, circumstances, record, report, timingsOf } from './crowd-records.ts';

const defaults = {
  'page.session error rate < 5 %': 'page.session',
  'page.join p75 < 3000 ms': 'page.join',
  'page.hand-visible p95 < 1000 ms': 'page.hand-visible',
  'page.lcp p75 < 2500 ms': 'page.lcp',
  'page.inp p75 < 200 ms': 'page.inp',
  'page.cls p75 <= 0.1': 'page.cls',
};

/** The timings of these calls. Those of `page.cls` are readings without a unit: a hundredth for each 10 ms. */
function measured(pages: readonly Calls[]): Pick<BrowserReport, 'timings' | 'readings'> {
  const readings = new Readings();
  for (const { name, latencyMs = 20, count = 100 } of pages)
    if (isReading(name)) for (let one = 0; one < count; one++) readings.add(name, latencyMs / 1000);
  const calls = pages.filter(({ name }) => !isReading(name));
  return { timings: timingsOf(...calls).encode(10_000), readings: readings.encode() };
}

/** The summary of one slice with successful calls and these page records. */
function judged(pages: readonly Calls[] | string | null, settings: Record<string, string> = {}) {
  const browsers: { browsers?: BrowserReport } =
    pages === null
      ? {}
      : {
          browsers:
            typeof pages === 'string'
              ? withoutBrowsers(2, pages)
              : { ...withoutBrowsers(2, null), users: 2, ...measured(pages) },
        };
  const slice: SliceReport = report(1, [{}], browsers);
  const written = { BROWSER_USERS: pages === null ? '0' : '2', ...settings };
  const { targets } = readSettings(written);
  const crowd = record([slice], { expected: [1] });
  return summarise({ ...crowd, ...circumstances('', { CONCURRENT_USERS: '3', ...settings }), targets });
}

const states = ({ targets }: ReturnType<typeof judged>) =>
  Object.fromEntries(
    targets.filter(({ target }) => target.startsWith('page.')).map(({ target, state }) => [target, state]),
  );

test.describe('the default page targets', () => {
  const quick = Object.values(defaults).map((name) => ({ name, latencyMs: 20 }));

  test('are met by fast pages', () => {
    const summary = judged(quick);
    expect(states(summary)).toEqual(
      Object.fromEntries(Object.keys(defaults).map((target) => [target, 'met'])),
    );
    expect(summary.browsers!.notJudged).toEqual([]);
    expect(summary.verdict).toBe('passed');
  });

  for (const [target, name] of Object.entries(defaults)) {
    test(`miss only "${target}" if its pages are slow or fail`, () => {
      const bad: Calls =
        name === 'page.session' ? { name, outcome: 'page crashed' } : { name, latencyMs: 3500 };
      const summary = judged([...quick.filter((calls) => calls.name !== name), bad]);
      const missed = summary.targets.filter(({ state }) => state !== 'met').map((one) => one.target);
      expect(missed).toEqual([target]);
      expect(summary.verdict).toBe('failed');
      expect(summary.reasons).toMatchObject([{ kind: 'target missed', subject: target }]);
    });
  }

  test('are missed if all pages failed', () => {
    const summary = judged([
      { name: 'page.session', outcome: 'timeout' },
      { name: 'page.join', outcome: 'timeout' },
    ]);
    expect(states(summary)).toEqual({
      'page.session error rate < 5 %': 'missed',
      'page.join p75 < 3000 ms': 'missed',
    });
    expect(summary.verdict).toBe('failed');
  });

  const absences: [string, readonly Calls[] | string | null, RegExp | undefined][] = [
    [
      'for a service without a page',
      'the service has no meeting room at http://127.0.0.1:1/',
      /^nothing was recorded/,
    ],
    ['with BROWSER_USERS=0', null, undefined],
    ['without samples', [], /^nothing was recorded as "page\./],
    [
      'with too few samples',
      [{ name: 'page.join', count: 3 }],
      /^3 samples, \d+ needed|^nothing was recorded/,
    ],
  ];
  for (const [name, pages, note] of absences) {
    test(`are not judged ${name}`, () => {
      const summary = judged(pages);
      expect(states(summary)).toEqual({});
      expect(summary.verdict).toBe('passed');
      if (note === undefined) expect(summary.browsers).toBeNull();
      else {
        const { notJudged } = summary.browsers!;
        expect(summary.browsers!.unavailableReason).toBe(typeof pages === 'string' ? pages : null);
        expect(notJudged.map(({ target }) => target)).toEqual(Object.keys(defaults));
        for (const one of notJudged) expect(one.unavailableReason).toMatch(note);
      }
    });
  }
});

test.describe('a page target of the user', () => {
  const settings = { TARGETS: 'p95 < 1 s; page.join p75 < 3 s' };
  const cases: [string, readonly Calls[] | string | null, 'missed' | 'inconclusive', RegExp][] = [
    ['with too few samples', [{ name: 'page.join', count: 3 }], 'inconclusive', /^3 samples, 4 needed/],
    ['without samples', [], 'missed', /^nothing was recorded as "page.join"/],
    ['for a service without a page', 'no meeting room', 'missed', /^nothing was recorded as "page.join"/],
  ];
  for (const [name, pages, state, note] of cases) {
    test(`is ${state} ${name}`, () => {
      const { targets, verdict, reasons } = judged(pages, settings);
      expect(targets.at(-1)).toMatchObject({ state, value: null, note: expect.stringMatching(note) });
      expect(verdict).toBe(state === 'missed' ? 'failed' : 'inconclusive');
      expect(reasons).toHaveLength(1);
    });
  }
});
