import { expect, test } from '@playwright/test';
import { reasonText } from '../../../src/history/reason.ts';
import { atWork, LEAVING, pidOf } from './at-work.ts';
import { Run, survivors } from './run.ts';

test.describe('a load run', () => {
  test('fails if a worker is killed, names the lost slice, and keeps the others', async () => {
    const load = new Run({ TEST_DURATION: '8' });
    const seen = await atWork(load);
    process.kill(pidOf(seen, 'workerProcess'), 'SIGKILL');
    const { code, output, summary } = await load.end();
    expect(code).toBe(1);
    expect(summary).toMatchObject({ verdict: 'failed', partial: true });
    const lost = summary!.slices.filter(({ state }) => state === 'lost');
    expect(lost).toHaveLength(1);
    expect(summary!.reasons.map(reasonText)).toContainEqual(
      expect.stringContaining(`slice ${lost[0]!.slice} was lost`),
    );
    // The figures include the calls that the worker reported before it was killed.
    expect(lost[0]!.recorded).toBeGreaterThan(0);
    expect(output).toContain('PARTIAL');
    await expect.poll(() => survivors(seen), LEAVING).toEqual([]);
  });

  test('writes a partial report after Ctrl-C, and leaves no process', async () => {
    const load = new Run({ TEST_DURATION: '30' });
    const seen = await atWork(load);
    load.interrupt();
    const { code, summary } = await load.end();
    expect(code).not.toBe(0);
    expect(summary).toMatchObject({ verdict: 'interrupted', partial: true });
    expect(summary!.totals.total).toBeGreaterThan(0);
    // The participants of each slice left, and each slice reported its end.
    expect(summary!.slices.map(({ state }) => state)).toEqual(['finished', 'finished']);
    expect(summary!.sessions.cutShort).toBeGreaterThan(0);
    await expect.poll(() => survivors(seen), LEAVING).toEqual([]);
  });
});
