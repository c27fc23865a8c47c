import { expect, test } from '@playwright/test';
import type { CrowdRecord } from '../../../../src/crowd/coordinator/messages.ts';
import { referenceContract } from '../../../../src/meetings/contract/load.ts';
import { serviceSample } from '../../../../src/meetings/service-sample.ts';
import { resultBlock } from '../../../../src/views/console/result-block.ts';
import { markdown } from '../../../../src/views/markdown/summary-markdown.ts';
import { fine, record, report, summaryOf } from './crowd-records.ts';

/** Figures of one process: calls of `GET /:id` so far, all of them in the first bucket, and of `POST /:id/join`. */
function text(get: number, { startedAt = 5, join = 0, le = '0.05' } = {}) {
  const route = (labels: string, count: number) => [
    `http_request_duration_seconds_bucket{le="${le}",${labels}} ${count}`,
    `http_request_duration_seconds_bucket{le="+Inf",${labels}} ${count}`,
    `http_request_duration_seconds_sum{${labels}} ${count / 100}`,
    `http_request_duration_seconds_count{${labels}} ${count}`,
  ];
  return [
    `process_start_time_seconds ${startedAt}`,
    ...route('method="GET",path="/api/v1/meetings/:id"', get),
    ...route('method="POST",path="/api/v1/meetings/:id/join"', join),
  ].join('\n');
}

const routes = referenceContract().metrics;

function metrics(...texts: string[]): CrowdRecord['metrics'] {
  return {
    before: texts[0]!,
    after: texts.at(-1)!,
    samples: texts.map((one, index) => serviceSample(one, index * 1000, routes)!),
    routes,
  };
}

/** 200 calls of `meeting.get`, all answered. */
const summary = (read: CrowdRecord['metrics'], over: Partial<CrowdRecord> = {}, reports = fine()) =>
  summaryOf(record(reports, { metrics: read, ...over }));

test.describe('the service figures of a summary', () => {
  test('are complete if the service counted exactly our calls', () => {
    const found = summary(metrics(text(10), text(100), text(210)));
    expect(found.serviceNotes).toEqual([]);
    expect(found.operations['meeting.get']!.server).toEqual({
      count: 200,
      avgMs: expect.closeTo(10, 9),
      p95Ms: null,
      p95Outside: { side: 'below', ms: 50 },
    });
    expect(found.series.service).toMatchObject({
      p95Ms: [null, null, null],
      p95Outside: [{ side: 'below', ms: 50, readings: 2 }],
    });
    for (const shown of [
      resultBlock(found, { isVerbose: true }).join('\n'),
      markdown(found).replaceAll('\\', ''),
    ])
      expect(shown).toMatch(/meeting\.get.*10\.0 ms.*< 50 ms/);
  });

  test('are left out, with a note, if two processes answer /metrics', () => {
    const [one, other] = [{ startedAt: 5 }, { startedAt: 500 }];
    const found = summary(metrics(text(10, one), text(50, other), text(110, one), text(160, other)));
    expect(found.serviceNotes).toEqual([
      'Service figures are left out: /metrics is answered by 2 processes.',
    ]);
    expect(found.operations['meeting.get']!.server).toBeNull();
    expect(found.series.service).toBeNull();
    expect(resultBlock(found).join('\n')).toContain('/metrics is answered by 2 processes');
    expect(markdown(found)).toContain('is answered by 2 processes');
  });

  test('are left out, with a note, if other replicas answered some of our calls', () => {
    const found = summary(metrics(text(10), text(60), text(112)));
    expect(found.serviceNotes).toEqual([
      'Service figures are left out: the service counted 102 of our 200 meeting.get calls: other replicas answered the rest.',
    ]);
    expect(found.operations['meeting.get']!.server).toBeNull();
    expect(found.series.service).toBeNull();
  });

  test('are left out for an operation that other clients use', () => {
    const reports = [report(1, [{}, { name: 'meeting.join' }]), report(2, [{}, { name: 'meeting.join' }])];
    const found = summary(metrics(text(10), text(90, { join: 100 }), text(900, { join: 201 })), {}, reports);
    expect(found.serviceNotes).toEqual([
      'Service figures of meeting.get are left out: the service counted 890, we made 200 meeting.get calls: others use the service too.',
    ]);
    expect(found.operations['meeting.get']!.server).toBeNull();
    expect(found.operations['meeting.join']!.server).toMatchObject({ count: 201 });
    expect(found.series.service).not.toBeNull();
  });

  test('name an operation that /metrics does not count', () => {
    const reports = [report(1, [{}, { name: 'hand.raise' }]), report(2, [{}, { name: 'hand.raise' }])];
    const found = summary(metrics(text(10), text(110), text(210)), {}, reports);
    expect(found.operations['hand.raise']!.server).toBeNull();
    expect(found.serviceNotes).toEqual([
      'Service figures are missing, because /metrics counted no call of: hand.raise (POST /:id/hand/raise).',
    ]);
  });

  test('accept any count between the answered calls and all calls', () => {
    const mixed = [
      report(1, [{}, { outcome: 'rate limited', count: 60 }]),
      report(2, [{ count: 100 }, { outcome: 'timeout', count: 50 }]),
    ];
    for (const counted of [200, 250, 310])
      expect(summary(metrics(text(0), text(counted)), {}, mixed).serviceNotes).toEqual([]);
    expect(summary(metrics(text(0), text(180)), {}, mixed).serviceNotes).toHaveLength(1);
    expect(summary(metrics(text(0), text(340)), {}, mixed).serviceNotes).toHaveLength(1);
  });

  test('accept the calls of a lost worker as our calls', () => {
    const read = metrics(text(0), text(340));
    expect(summary(read, { lost: [2] }).serviceNotes).toEqual([]);
    expect(summary(read).serviceNotes).toHaveLength(1);
  });

  test('count the calls since a restart of the service, with a note', () => {
    const startedAt = Date.parse('2026-11-23T14:00:04.000Z') / 1000;
    const found = summary(metrics(text(500), text(30, { startedAt }), text(90, { startedAt })));
    expect(found.serviceNotes).toEqual([
      'The service was restarted 1 time during the run: its figures count the calls since then.',
    ]);
    expect(found.operations['meeting.get']!.server).toMatchObject({ count: 90 });
    expect(found.series.service).not.toBeNull();
  });

  test('are left out for the reason that a merge gives', () => {
    const none = { before: null, after: null, samples: [], routes };
    expect(summary({ ...none, leftOut: 'the machines differ' }).serviceNotes).toEqual([
      'Service figures are left out: the machines differ.',
    ]);
    expect(summary(none).serviceNotes).toEqual([]);
  });
});
