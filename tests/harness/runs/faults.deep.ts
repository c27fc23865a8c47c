import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { whyNoBrowser } from '../../../src/browser/launch-options.ts';
import { readEvidence } from '../../../src/results/evidence/read.ts';
import { summarise } from '../../../src/results/summary/summarise.ts';
import { runFolder } from '../../../src/run/run-folder.ts';
import { atWork, LEAVING, pidOf } from './at-work.ts';
import { Run, survivors } from './run.ts';

test.describe('a load run', () => {
  test('fails if the service dies, and counts the errors by kind with their latencies', async () => {
    const load = new Run({ TEST_DURATION: '8' });
    const seen = await atWork(load);
    process.kill(pidOf(seen, 'service/main.ts'), 'SIGKILL');
    const { code, summary } = await load.end();
    expect(code).toBe(1);
    expect(summary!.verdict).toBe('failed');
    expect(summary!.reasons).toContainEqual(
      expect.objectContaining({ kind: 'target missed', subject: 'error rate < 1 %' }),
    );
    const outcomes = Object.values(summary!.operations).flatMap((operation) =>
      Object.keys(operation.outcomes),
    );
    expect(outcomes).toContain('refused');
    expect(summary!.operations['meeting.join']!.failedLatency!.count).toBeGreaterThan(0);
    expect(summary!.drops['transport close']).toBeGreaterThan(0);
    await expect.poll(() => survivors(seen), LEAVING).toEqual([]);
  });

  test('keeps its pages until the participants have left after Ctrl-C, and writes the performance page', async () => {
    test.skip(whyNoBrowser() !== undefined, whyNoBrowser());
    const load = new Run({ TEST_DURATION: '40', BROWSER_USERS: '1', DASHBOARD_PORT: '0' });
    const seen = await atWork(load);
    await expect
      .poll(
        () => [...load.descendants.values()].filter((command) => command.includes('--type=renderer')).length,
        LEAVING,
      )
      .toBeGreaterThan(0);
    load.interrupt();
    const { id, output, summary } = await load.end();
    expect(summary!.verdict).toBe('interrupted');
    expect(output).not.toContain('NOT COMPLETE');
    expect(existsSync(join(runFolder(id!), 'index.html'))).toBe(true);
    expect(summary!.browsers!.problems).not.toContainEqual(expect.objectContaining({ kind: 'page crash' }));
    await expect.poll(() => survivors(seen), LEAVING).toEqual([]);
  });

  test('leaves no workers, service or database after its main process is killed', async () => {
    // The service starts its own PostgreSQL, as it does for users.
    const load = new Run({ TEST_DURATION: '30', DATABASE_SERVER_URL: '' });
    const seen = await atWork(load);
    expect([...seen.values()].join('\n')).toContain('postgres');
    process.kill(load.pid, 'SIGKILL');
    const { id } = await load.end();
    await expect.poll(() => survivors(seen), LEAVING).toEqual([]);
    // The slices saved their data, which is enough for a report.
    const { crowds } = readEvidence(id!);
    const summary = summarise(crowds[0]!);
    expect(summary).toMatchObject({ verdict: 'interrupted' });
    expect(summary.reasons[0]?.message).toContain('the main process of the run was killed');
    expect(summary.totals.total).toBeGreaterThan(0);
  });
});

test.describe('a killed chaos run', () => {
  test('leaves no link, service or other process behind', async () => {
    const chaos = new Run({}, ['--project=chaos', 'reconnection-storm', '--grep', 'Socket.IO']);
    // Participants use the link of the experiment.
    await expect
      .poll(
        () => [...chaos.descendants.values()].filter((command) => command.includes('link/proxy')).length,
        { timeout: 120_000 },
      )
      .toBeGreaterThan(0);
    const seen = chaos.descendants;
    process.kill(chaos.pid, 'SIGKILL');
    await chaos.end();
    await expect.poll(() => survivors(seen), LEAVING).toEqual([]);
  });
});
