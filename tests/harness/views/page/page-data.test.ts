import { expect, test } from '@playwright/test';
import { limitsFor, type Panel } from '../../../../src/look/chart-data.ts';
import { loadPoints } from '../../../../src/views/page/client/load-points.ts';
import { linkTo, readLink } from '../../../../src/views/page/link.ts';
import { loadPhase } from '../../../../src/views/page/load-phase.ts';
import { crowdGroup } from '../../../../src/views/page/panels/crowd.ts';
import { filesSection } from '../../../../src/views/page/sections/files.ts';
import { record, report, summaryOf } from '../../results/summary/crowd-records.ts';

const failing = (targets?: string) =>
  summaryOf(record([report(1, [{}, { outcome: 'http 503', count: 30 }]), report(2, [{}])]), targets);

test('a link names section, operation, shown time and mark; bad values are ignored', () => {
  const state = { section: 'load--a--charts', operation: 'meeting.join', from: 34, to: 44, at: 40.04 };
  const link = '#section=load--a--charts&operation=meeting.join&from=34&to=44&at=40';
  expect(linkTo(state)).toBe(link);
  expect(readLink(link)).toEqual({ ...state, at: 40 });
  expect(readLink('#load--a')).toEqual({ section: 'load--a' });
  expect(readLink('')).toEqual({});
  expect(readLink('#operation=a+%26+b')).toEqual({ operation: 'a & b' });
  for (const bad of [
    'from=44&to=34',
    'from=34',
    'from=-1&to=5',
    'from=0&to=Infinity',
    'at=1e3',
    'at=',
    'x=1',
  ])
    expect(readLink(`#${bad}`)).toEqual({});
  expect(readLink('#%E0%A4%A')).toEqual({ section: '%E0%A4%A' });
});

test('targets are limits in the charts of what they are about, for the shown operation', () => {
  const targets =
    'p95 < 100 ms; response p99 < 2 s; meeting.get p50 < 10 ms; each operation avg < 1 s; error rate < 10 %; ' +
    'throughput > 5 /s; sessions completed >= 99 %; event.delivery p95 < 300 ms';
  const { panels } = crowdGroup(failing(targets));
  const panel = (id: string) => panels.find((one) => one.id === id)!;
  const labels = (id: string, operation: string) =>
    limitsFor(panel(id), operation).map(({ label, value }) => [label, value]);
  expect(labels('latency', '')).toEqual([
    ['p95 limit 100 ms', 100],
    ['response p99 limit 2000 ms', 2000],
  ]);
  expect(labels('latency', 'meeting.get')).toEqual([
    ['p50 limit 10.0 ms', 10],
    ['avg limit 1000 ms', 1000],
  ]);
  expect(labels('requests', '')).toEqual([['throughput limit 5.0/s', 5]]);
  // Thirty failures beside twenty successes in each second: a tenth of all calls is permitted.
  const [[label, value]] = labels('errors', '') as [[string, number[]]];
  expect(label).toBe('error rate limit 10.00%');
  const calls = panel('requests').lines.map(({ values }) => values[1]!);
  expect(value[1]).toBeCloseTo(0.1 * calls.reduce((sum, one) => sum + one, 0), 3);
  expect(labels('errors', 'meeting.get')).toEqual([]);
  expect(panel('users')).not.toHaveProperty('limits');
});

test('latency against load has one point for each window with a latency, in the order of the load', () => {
  const lines = (label: string, values: Panel['lines'][number]['values']) => ({
    label,
    values,
    colour: 'c1' as const,
  });
  const panel = (id: string, own: Panel['lines'], operations = {}): Panel => ({
    ...{ id, title: '', unit: '', kind: 'lines', family: '' },
    lines: own,
    operations,
  });
  const panels = [
    panel('users', [lines('users', [1, 2, 3])]),
    panel('requests', [lines('ok', [30, 10, 20]), lines('failed', [5, 0, 0])]),
    panel('latency', [lines('P50', [7, 5, null]), lines('P95', [null, 9, null])], {
      'meeting.get': [lines('P50', [1, null, null])],
    }),
  ];
  const group = { panels, seconds: [0, 5, 10] };
  expect(loadPoints(group, { by: 'rate', operation: '' })).toEqual([
    { load: 10, second: 5, p50: 5, p95: 9 },
    { load: 35, second: 0, p50: 7, p95: null },
  ]);
  expect(loadPoints(group, { by: 'users', operation: 'meeting.get' })).toEqual([
    { load: 1, second: 0, p50: 1, p95: null },
  ]);
  expect(loadPoints(group, { by: 'users', operation: 'meeting.list' })).toEqual([]);
});

test('a load test shows its answer with a link to its moment first, then targets and failures', () => {
  const answer = { sentence: 'FAILED: <b> was slow.', fromS: 2, toS: 8, operation: 'meeting.get' };
  const shown = loadPhase({ summary: { ...failing(), answer } as never, evidence: {} });
  const { markup } = shown.content;
  expect(markup).toContain(
    'FAILED: &#60;b&#62; was slow. <a href="#section=load--crowd--charts&#38;operation=meeting.get&#38;from=2&#38;to=8">Show 0:02 to 0:08</a>',
  );
  const order = shown.links.map(({ id }) => markup.indexOf(`id="${id}"`));
  expect(order).toEqual([...order].sort((one, other) => one - other));
  expect(shown.links.map(({ title }) => title).slice(0, 4)).toEqual([
    'Verdict',
    'Targets',
    'Failures',
    'Key figures',
  ]);
  expect(markup).toContain('class="reasons"');
  // A sentence about the whole run has no link, and a single reason is not repeated.
  const { message } = failing().reasons[0]!;
  const whole = { ...failing(), answer: { sentence: `FAILED: ${message}.` } };
  const { markup: shorter } = loadPhase({ summary: whole, evidence: {} }).content;
  expect(shorter).not.toContain('Show 0:');
  expect(shorter).not.toContain('class="reasons"');
});

test('the list of files has one link for a folder, and none for other files', () => {
  const { markup } = filesSection([
    'a b/summary.json',
    'hgrm/x.hgrm',
    'hgrm/y.hgrm',
    'allure-results/z.json',
  ]);
  expect([...markup.matchAll(/href="(.*?)"/g)].map(([, address]) => address)).toEqual([
    'a%20b/summary.json',
    'hgrm/',
  ]);
  expect(filesSection(['offers.json']).markup).toBe('');
});
