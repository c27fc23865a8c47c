import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { readSettings } from '../../../src/config/read-settings.ts';
import { Baselines } from '../../../src/history/baselines.ts';
import { newRecord } from '../../../src/history/new-record.ts';
import { reasonText } from '../../../src/history/reason.ts';
import type { HistoryRecord } from '../../../src/history/record.ts';
import { runFacts } from '../../../src/history/run-facts.ts';
import { History } from '../../../src/history/store.ts';
import { exitCodes } from '../../../src/kernel/exit-code.ts';
import { latencies, operationOf } from '../history/records.ts';
import { run } from './run.ts';

/** Enough calls for a P95, and fewer than by default. */
const settings = {
  ITERATIONS: '100',
  BENCH_WARMUP: '20',
  BENCH_LIST_MEETINGS: '5',
  // A service with a defect is compared only with runs that have the same defect.
  SERVICE_DEFECTS: 'slow-endpoint=20',
};

/**
 * A run with the same settings, in which the reading of a meeting took 2 ms, as before the defect. A regression needs
 * 5 ms more in half of the calls and 15 ms more in one of twenty. The defect adds 20 ms.
 */
function before(): HistoryRecord {
  const shard = { index: 1, of: 1 };
  const facts = runFacts(readSettings(settings), { id: 'before', workers: 1, shard, startsServiceOn: 3002 });
  const at = new Date('2026-11-20T14:00:00.000Z');
  return {
    ...newRecord({ kind: 'bench', name: 'operations', at, facts }),
    verdict: 'passed',
    operations: { 'meeting.get': operationOf(latencies(2, 100, 'before')) },
  };
}

test.describe('a benchmark run', () => {
  let folder: string;
  test.beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fullhouse-bench-'));
  });
  test.afterEach(() => rm(folder, { recursive: true }));

  test('fails on an endpoint that is 20 ms slower, or is inconclusive on a busy machine', async () => {
    const [HISTORY_FOLDER, BASELINES_FOLDER] = [join(folder, 'history'), join(folder, 'baselines')];
    await new Baselines(BASELINES_FOLDER).accept(before());
    const { code, output } = await run({ ...settings, HISTORY_FOLDER, BASELINES_FOLDER }, [
      '--project=bench',
      '--grep=health check|get a meeting',
    ]);
    expect(output).toContain('meeting.get p95 < 100 ms');
    const { records, damaged } = await new History(HISTORY_FOLDER).read();
    expect({ records: records.length, damaged }).toEqual({ records: 1, damaged: [] });
    const { verdict, reasons, targets, regressions } = records[0]!;
    expect(code).toBe(exitCodes[verdict]);
    expect(verdict).not.toBe('passed');
    expect(targets.map(({ target }) => target)).toEqual([
      'health.get p95 < 50 ms',
      'meeting.get p95 < 100 ms',
    ]);
    const worse = regressions.map(({ metric }) => metric);
    if (worse.length > 0) {
      expect(worse).toEqual(['meeting.get p50', 'meeting.get p95']);
      expect(verdict).toBe('failed');
      expect(output).toContain('Compared with the baseline of 2026-11-20 (before).');
      expect(output).toMatch(/❌ meeting\.get p50 is .* slower than in the baseline/);
    } else {
      const why =
        /^meeting\.get: (?:Not compared with the baseline of 2026-11-20 \(before\)|meeting\.get p50 .*looked slower than before, and could not be measured again): .*\. Run it again on a quiet machine\.$/;
      expect(reasons.map(reasonText)).toContainEqual(expect.stringMatching(why));
      expect(verdict).toBe('inconclusive');
      // The console breaks its lines at 80 columns.
      expect(output.replaceAll(/\s+/g, ' ')).toContain('Run it again on a quiet machine.');
    }
  });
});
