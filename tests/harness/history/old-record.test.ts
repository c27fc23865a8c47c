import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { alertOf } from '../../../src/alerts/alert-of.ts';
import { metricsOf } from '../../../src/history/metrics.ts';
import type { HistoryRecord } from '../../../src/history/record.ts';
import { History } from '../../../src/history/store.ts';
import { emptyFolder } from './records.ts';

/** One record of each phase, in the format of version 1. */
const files = join(import.meta.dirname, 'old-records');

async function oldRecords(): Promise<Record<HistoryRecord['kind'], HistoryRecord>> {
  const folder = emptyFolder();
  cpSync(files, folder, { recursive: true });
  const { records, damaged } = await new History(folder).read();
  expect(damaged).toEqual([]);
  expect(records).toHaveLength(readdirSync(files).length);
  return Object.fromEntries(records.map((record) => [record.kind, record])) as never;
}

test.describe('records of version 1', () => {
  test('reads targets and reasons of an old load record', async () => {
    const { load } = await oldRecords();
    expect(load.targets[0]).toMatchObject({ statistic: 'p95', comparator: '<', state: 'missed' });
    expect(load.reasons).toMatchObject([{ kind: 'target missed', subject: 'p95 < 100 ms' }]);
    expect([...metricsOf(load).keys()]).toContain('meeting.get p50');
  });

  test('reads problems, missed targets and regressions of an old bench record', async () => {
    const { bench } = await oldRecords();
    expect(bench.targets.map(({ operation }) => operation)).toEqual(['meeting.get', 'meeting.join']);
    expect(bench.reasons.map(({ kind, scope }) => [kind, scope])).toEqual([
      ['benchmark problem', 'meeting.get'],
      ['target missed', 'meeting.get'],
      ['target missed', 'meeting.join'],
      ['regression', undefined],
    ]);
    expect(bench.regressions[0]).toMatchObject({ metric: 'meeting.join p50', operation: 'meeting.join' });
  });

  test('reads checks, aborts and metrics of an old chaos record', async () => {
    const { chaos } = await oldRecords();
    expect(chaos.reasons.map(({ kind, scope }) => [kind, scope])).toEqual([
      ['check failed', 'storm'],
      ['check inconclusive', 'drops'],
      ['experiment aborted', 'outage'],
    ]);
    expect(chaos.checks.map(({ scope, verdict }) => [scope, verdict])).toEqual([
      ['storm', 'failed'],
      ['drops', 'inconclusive'],
    ]);
    expect(chaos.operations['storm: meeting.join']!.part).toBe('storm');
    expect(chaos.figures['storm: recovery time']).toMatchObject({ part: 'storm', value: 1234 });
  });

  test('reads the reasons of an old conduct record', async () => {
    const { conduct } = await oldRecords();
    expect(conduct.reasons.map(({ kind, scope }) => [kind, scope])).toEqual([
      ['check failed', 'tokens'],
      ['check inconclusive', 'health'],
    ]);
  });

  test('reports the recovery from a miss in an old record', async () => {
    const { load } = await oldRecords();
    const now: HistoryRecord = {
      ...load,
      runId: 'later',
      at: '2026-11-24T14:00:00.000Z',
      verdict: 'passed',
      reasons: [],
      targets: load.targets.map((target) => ({ ...target, state: 'met' as const })),
    };
    const alert = alertOf({ records: [now], earlier: [load], reports: [], when: 'degraded' });
    expect(alert?.recovered).toMatchObject([{ kind: 'target', subject: 'p95 < 100 ms' }]);
  });
});
