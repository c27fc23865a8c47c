import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { Summary } from '../../../src/reporters/summary/schema.ts';
import { runFolder } from '../../../src/run/run-folder.ts';
import { Run, run, survivors } from './run.ts';

/** A crowded machine may find its generator out of breath; then the run must say just that, and not pass. */
function expectHonest(code: number | null, { verdict, selfCheck }: Summary): void {
  expect(verdict).toBe(selfCheck.ok ? 'passed' : 'inconclusive');
  expect(code).toBe(selfCheck.ok ? 0 : 1);
}

test.describe('a load run against a healthy service', () => {
  test('meets its targets, says so, and leaves nothing behind', async () => {
    const load = new Run();
    await expect.poll(() => load.output, { timeout: 60_000 }).toContain('meeting-sessions');
    const seen = load.descendants;
    const { code, output, summary } = await load.end();
    expectHonest(code, summary!);
    expect(output).toContain(summary!.verdict.toUpperCase());
    expect(summary).toMatchObject({ partial: false, users: { asked: 6 } });
    expect(summary!.targets.map(({ state }) => state)).toEqual(['met', 'met']);
    expect(summary!.shares).toMatchObject([{ state: 'finished' }, { state: 'finished' }]);
    expect(summary!.sessions.completed).toBe(summary!.sessions.started);
    expect(summary!.operations['event.delivery']?.total).toBeGreaterThan(0);
    expect(summary!.events).toEqual({ duplicates: 0, unexplained: 0 });
    expect(JSON.stringify(summary)).not.toContain('change-me');
    // The service counted the same calls as the participants did.
    for (const [name, { server, total }] of Object.entries(summary!.operations)) {
      if (server) expect({ name, count: server.count }).toEqual({ name, count: total });
    }
    // The run over time: both workers, and what the service says of itself.
    expect(summary!.series.generator.map(({ share }) => share)).toEqual([1, 2]);
    expect(summary!.series.service!.atS.length).toBeGreaterThan(2);
    expect(summary!.series.service!.memoryBytes.every((bytes) => bytes! > 0)).toBe(true);
    const page = readFileSync(join(runFolder(summary!.run.id), 'index.html'), 'utf8');
    expect(page).toContain(`meeting-sessions: ${summary!.verdict}`);
    expect(page).not.toContain('change-me');
    // Nobody in browsers is what BROWSER_USERS=0 asks for.
    expect(summary!.browsers).toBeNull();
    expect(output).not.toContain('In browsers');
    expect(existsSync(join(runFolder(summary!.run.id), 'exemplars'))).toBe(false);
    await expect.poll(() => survivors(seen)).toEqual([]);
  });

  test('behaves the same with one worker and with more workers than users', async () => {
    const one = await run({}, ['--project=load', '--workers=1']);
    const many = await run({ CONCURRENT_USERS: '3' }, ['--project=load', '--workers=4']);
    expect(one.summary!.shares).toHaveLength(1);
    expect(many.summary!.shares).toHaveLength(3);
    for (const { code, summary } of [one, many]) {
      expect(summary!.totals.failed).toBe(0);
      expect(summary!.sessions.completed).toBe(summary!.sessions.started);
      expectHonest(code, summary!);
    }
  });

  test('runs the same crowd over Playwright’s own request contexts', async () => {
    const { code, output, summary } = await run({ REQUEST_CONTEXT: 'playwright' });
    expect(output).toContain('Playwright’s own request contexts');
    expect(summary!.totals.failed).toBe(0);
    expectHonest(code, summary!);
  });

  test('two runs at once keep out of each other’s way', async () => {
    const [one, other] = await Promise.all([run(), run()]);
    expect(one.summary!.run.id).not.toBe(other.summary!.run.id);
    for (const { summary } of [one, other]) {
      expect(summary!.totals.failed).toBe(0);
      expect(summary!.events).toEqual({ duplicates: 0, unexplained: 0 });
    }
  });
});
