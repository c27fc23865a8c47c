import { expect, test } from '@playwright/test';
import { expectEachEventOnce, expectHonest } from './honest.ts';
import { run } from './run.ts';

test.describe('two load runs on a healthy service', () => {
  test('keep apart, with one worker, with idle workers and with Playwright’s contexts', async () => {
    const [one, many] = await Promise.all([
      run({}, ['--project=load', '--workers=1']),
      run({ CONCURRENT_USERS: '3', REQUEST_CONTEXT: 'playwright' }, ['--project=load', '--workers=4']),
    ]);
    expect(one.summary!.run.id).not.toBe(many.summary!.run.id);
    expect(one.summary!.slices).toHaveLength(1);
    expect(many.summary!.slices).toHaveLength(3);
    expect(many.output).toContain('Playwright’s own request contexts');
    for (const { code, summary } of [one, many]) {
      expect(summary!.totals.failed).toBe(0);
      expectEachEventOnce(summary!);
      expect(summary!.sessions.completed).toBe(summary!.sessions.started);
      expectHonest(code, summary!);
    }
  });
});
