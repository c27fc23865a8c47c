import { expect, test } from '@playwright/test';
import { recordSchema } from '../../../../src/history/record.ts';
import { recordOfCrowd } from '../../../../src/results/records/crowd.ts';
import { recordOfSoak } from '../../../../src/results/records/soak.ts';
import { summarise } from '../../../../src/results/summary/summarise.ts';
import { atLeast, hostile, nothing } from '../searched.ts';
import { searchedCrowd } from '../searched-run.ts';
import { soakReport } from '../soaked.ts';
import { circumstances } from '../summary/crowd-records.ts';

test.describe('the record of a capacity search', () => {
  const recordOf = (...over: Parameters<typeof searchedCrowd>) => {
    const crowd = searchedCrowd(...over);
    return recordSchema.parse(recordOfCrowd(summarise(crowd), crowd));
  };

  test('has the capacity, its resolution and its limits, and no latency of a broken level', () => {
    const record = recordOf();
    expect(record).toMatchObject({
      kind: 'capacity',
      name: 'crowd',
      verdict: 'passed',
      settings: {
        limits: 'latency p95 < 500 ms; error rate < 1 %',
        CAPACITY_OF: 'users',
        CAPACITY_WITHIN: 5,
      },
      operations: {},
      checks: [{ scope: 'crowd', check: 'a level holds', verdict: 'passed' }],
    });
    expect(record.figures).toEqual({
      capacity: { value: 430, unit: 'users', better: 'higher', withinPercent: 5 },
    });
    expect(record.answer).toMatch(/^PASSED: 430 users hold, 452 do not/);
  });

  test('has no capacity if only a lower bound is known, or nothing holds', () => {
    expect(recordOf({ answer: atLeast }).figures).toEqual({});
    const none = recordOf({ answer: nothing });
    expect(none).toMatchObject({ verdict: 'failed', figures: {}, checks: [{ verdict: 'failed' }] });
    expect(recordOf({ answer: null, levels: [] }).checks).toEqual([]);
  });

  test('has the required capacity as a target', () => {
    expect(recordOf({ atLeast: 500 })).toMatchObject({
      verdict: 'failed',
      targets: [{ target: 'capacity >= 500 users', state: 'missed', value: 430, limit: 500 }],
    });
  });
});

test.describe('the record of a soak', () => {
  const { summary, evidence } = soakReport();
  const record = recordSchema.parse(recordOfSoak(summary, evidence.rounds, circumstances('').facts));

  test('has a check for each metric, and the growth of those that grow', () => {
    expect(record).toMatchObject({ kind: 'soak', name: 'meeting-sessions', verdict: 'failed' });
    expect(record.checks.map(({ scope, verdict }) => [scope, verdict])).toEqual([
      ['nodejs_active_resources{type="Timeout"}', 'failed'],
      ['process_resident_memory_bytes', 'inconclusive'],
      ['process_open_fds', 'passed'],
      [hostile, 'passed'],
    ]);
    expect(record.figures).toEqual({ 'timers growth': { value: 3600, unit: '/h', better: 'lower' } });
  });

  test('has the operations of all rounds, and reasons that name the check', () => {
    expect(record.operations['meeting.get']!.outcomes).toEqual({ ok: 800 });
    expect(record.reasons[0]).toMatchObject({
      kind: 'check failed',
      scope: 'nodejs_active_resources{type="Timeout"}',
      subject: 'returns to rest',
    });
  });
});
