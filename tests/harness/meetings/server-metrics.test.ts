import { expect, test } from '@playwright/test';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import * as figures from '../../../src/meetings/server-metrics.ts';

const BUCKETS = [0.01, 0.05, 0.1, 0.5, 1];
const JOIN = '/api/v1/meetings/:id/join';

const serverSideFigures = (before: string, after: string) =>
  figures.serverSideFigures(before, after, referenceContract().metrics);

/** A metrics registry as in a service. */
function service({ defaults = false } = {}) {
  const registry = new Registry();
  const seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'duration',
    labelNames: ['method', 'path', 'status_code'],
    buckets: BUCKETS,
    registers: [registry],
  });
  if (defaults) collectDefaultMetrics({ register: registry });
  return {
    observe: (method: string, path: string, ms: readonly number[], status_code = 200) => {
      for (const one of ms) seconds.observe({ method, path, status_code }, one / 1000);
    },
    text: () => registry.metrics(),
  };
}
const times = (count: number, ms: number) => new Array<number>(count).fill(ms);

test.describe('server-side figures of a run', () => {
  test('server-side figures count only the calls between two readings', async () => {
    const { observe, text } = service({ defaults: true });
    observe('POST', JOIN, times(7, 900));
    const before = await text();
    observe('POST', JOIN, [20, 30]);
    observe('POST', JOIN, [70], 403); // all statuses of a route together
    observe('GET', '/api/v1/meetings/:id', times(4, 5));
    const { 'meeting.join': join, 'meeting.get': get, ...others } = serverSideFigures(before, await text());
    expect(join).toMatchObject({ count: 3, avgMs: expect.closeTo(40, 9) });
    expect(get).toMatchObject({ count: 4, avgMs: expect.closeTo(5, 9) });
    expect(others).toEqual({});
  });

  test('server-side figures count only the calls since the restart of the service', async () => {
    const [first, second] = [service(), service()];
    first.observe('POST', JOIN, times(5, 10));
    second.observe('POST', JOIN, times(9, 30));
    const at = (text: string, start: number) => `${text}\nprocess_start_time_seconds ${start}\n`;
    const [before, after] = [await first.text(), await second.text()];
    expect(serverSideFigures(at(before, 1), at(after, 9))['meeting.join']).toMatchObject({ count: 9 });
    expect(serverSideFigures(at(before, 1), at(after, 1))['meeting.join']).toMatchObject({ count: 4 });
    // A service without a start time shows a restart by lower counts.
    expect(serverSideFigures(after, before)['meeting.join']).toMatchObject({
      count: 5,
      avgMs: expect.closeTo(10, 9),
    });
  });

  test('server-side figures omit operations without calls and text that is not Prometheus format', async () => {
    const { observe, text } = service();
    observe('POST', JOIN, [10]);
    const same = await text();
    expect(serverSideFigures(same, same)).toEqual({});
    for (const other of ['', '<html>', 'http_request_duration_seconds_count{ broken', '# HELP nothing'])
      expect(serverSideFigures(other, other)).toEqual({});
  });

  test('server-side figures match operations by route in any notation', async () => {
    const routes: [string, string, string][] = [
      ['POST', '/api/v1/meetings/:meetingId/join', 'meeting.join'],
      ['post', '/meetings/{id}/hand/raise', 'hand.raise'],
      ['GET', '/v2/api/meetings/:id', 'meeting.get'],
      ['POST', '/api/v1/meetings/:id/network/quality', 'network.report'],
      ['POST', '/api/v1/meetings/:id/leave', 'meeting.leave'],
    ];
    for (const [method, path, operation] of routes) {
      const { observe, text } = service();
      observe(method, path, [10]);
      expect(Object.keys(serverSideFigures('', await text()))).toEqual([operation]);
    }
    const { observe, text } = service();
    for (const [method, path] of [
      ['GET', '/health'],
      ['GET', '/api/v1/meetings'],
      ['GET', JOIN],
      ['POST', '/api/v1/users/:id/join/x'],
      ['GET', '/a"b}c/\\d{2}'],
    ] as const)
      observe(method, path, [10]);
    expect(serverSideFigures('', await text())).toEqual({});
  });
});

test.describe('the P95 of a server-side histogram', () => {
  const cases: [string, readonly number[], object][] = [
    // Rank 19 of 20 lies in (10, 50]: 19 of 20 in it, so 10 + 40 · 19/20.
    ['within one bucket', times(20, 30), { kind: 'estimate', ms: 48 }],
    // Rank 95 of 100: 90 up to 50 ms, 10 in (50, 100]: 50 + 50 · 5/10.
    ['in the upper of two buckets', [...times(90, 20), ...times(10, 60)], { kind: 'estimate', ms: 75 }],
    // Rank 95 of 100 is the last one up to 100 ms: its upper bound.
    ['at the edge of a bucket', [...times(95, 60), ...times(5, 300)], { kind: 'estimate', ms: 100 }],
    ['as below 10 ms in the first bucket', [1, 2], { kind: 'below', ms: 10 }],
    [
      'with one sample in the first bucket',
      [1, ...times(19, 11)],
      { kind: 'estimate', ms: 10 + (40 * 18) / 19 },
    ],
    [
      'as above 1000 ms beyond the last bucket',
      [...times(90, 20), ...times(10, 4000)],
      { kind: 'above', ms: 1000 },
    ],
  ];
  for (const [name, ms, expected] of cases) {
    test(`estimates the P95 ${name}`, async () => {
      const { observe, text } = service();
      observe('POST', JOIN, times(50, 900)); // from before: it must not count
      const before = await text();
      observe('POST', JOIN, ms);
      const { p95 } = serverSideFigures(before, await text())['meeting.join']!;
      expect(p95).toEqual({ ...expected, ms: expect.closeTo((expected as { ms: number }).ms, 9) });
    });
  }

  test('has no P95 when the histogram has no finite bound', () => {
    const text = ['sum', 'count', 'bucket'].map(
      (part) =>
        `http_request_duration_seconds_${part}{${part === 'bucket' ? 'le="+Inf",' : ''}method="POST",path="${JOIN}"} 5`,
    );
    expect(serverSideFigures('', text.join('\n'))['meeting.join']).toMatchObject({ count: 5, p95: null });
  });
});
