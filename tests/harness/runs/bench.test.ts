import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Baselines } from '../../../src/history/baselines.ts';
import type { HistoryRecord } from '../../../src/history/record.ts';
import { History } from '../../../src/history/store.ts';
import { run } from './run.ts';

/** Runs of the benchmarks that share a past. */
function benchmarking(folder: string) {
  const [history, baselines] = [join(folder, 'history'), join(folder, 'baselines')];
  return {
    async bench(settings: Record<string, string> = {}) {
      const past = { HISTORY_FOLDER: history, BASELINES_FOLDER: baselines };
      const { code, output } = await run({ ...past, ...settings }, ['--project=bench']);
      const { records, damaged } = await new History(history).read();
      expect(damaged).toEqual([]);
      return { code, output, record: records.at(-1)!, records: records.length };
    },
    accept: (record: HistoryRecord) => new Baselines(baselines).accept(record),
  };
}

test.describe('the benchmarks of the reference service', () => {
  let folder: string;
  test.beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fullhouse-bench-'));
  });
  test.afterEach(() => rm(folder, { recursive: true }));

  test('meet their targets; unchanged they are not slower, and 20 ms more are found where they are', async () => {
    const { bench, accept } = benchmarking(folder);
    const first = await bench();
    expect(first).toMatchObject({ code: 0, records: 1, record: { kind: 'bench', verdict: 'passed' } });
    expect(first.output).toContain('meeting.get p95 < 100 ms');
    expect(first.output).toContain('npm run baseline accepts a run as one');
    expect(first.record.targets.map(({ state }) => state)).toEqual(Array(9).fill('met'));
    await accept(first.record);

    const again = await bench();
    expect(again.output).toContain(`Compared with the baseline of`);
    expect(again).toMatchObject({ code: 0, records: 2, record: { regressions: [] } });

    const slow = await bench({ SERVICE_DEFECTS: 'slow-endpoint=20' });
    expect(slow).toMatchObject({ code: 1, records: 3, record: { verdict: 'failed' } });
    const metrics = slow.record.regressions.map(({ metric }) => metric);
    expect(new Set(metrics)).toEqual(new Set(['meeting.get p50', 'meeting.get p95']));
    expect(slow.output).toMatch(/❌ meeting\.get p50 is .* slower than in the baseline/);
  });

  test('fail with the reason where the service limits the rate, and go on with the others', async () => {
    const { bench } = benchmarking(folder);
    const { code, output } = await bench({
      RATE_LIMIT_LIST: '2/60s',
      ITERATIONS: '20',
      BENCH_WARMUP: '20',
    });
    expect(code).toBe(1);
    expect(output).toContain('list meetings: the service limited the rate');
    expect(output).toMatch(/deliver a room event +20 +0\.00 %/);
  });

  test('refuse targets that nothing measures', async () => {
    const { code, output } = await run({ BENCH_TARGETS: 'meeting.gte p95 < 100 ms' }, ['--project=bench']);
    expect(code).toBe(1);
    expect(output).toContain('nothing measures "meeting.gte". Use one of: health.get, meeting.create');
  });
});
