import { expect, test } from '@playwright/test';
import { reasonText } from '../../../src/history/reason.ts';
import { readEvidence } from '../../../src/results/evidence/read.ts';
import { summarise } from '../../../src/results/summary/summarise.ts';
import { Run, survivors } from './run.ts';

/** Processes notice the end of their owner at once; a database that is asked to end may take some seconds. */
const LEAVING = { timeout: 60_000 };

/** Waits until the crowd is at work, and returns the processes of the run. */
async function atWork(load: Run): Promise<Map<number, string>> {
  await load.prints('users');
  return load.descendants;
}

function pidOf(seen: ReadonlyMap<number, string>, name: string): number {
  const found = [...seen].findLast(([, command]) => command.includes(name));
  expect(found, `a process of ${name}`).toBeDefined();
  return found![0];
}

test.describe('a load run that something happens to', () => {
  test('the service dies: the run ends, errors are counted by kind with their latencies', async () => {
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

  test('a worker is killed: the verdict names the lost slice and keeps the others', async () => {
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
    // Its last words count: what it reported before it died is in the figures.
    expect(lost[0]!.recorded).toBeGreaterThan(0);
    expect(output).toContain('PARTIAL');
    await expect.poll(() => survivors(seen), LEAVING).toEqual([]);
  });

  test('Ctrl-C: a partial report, and nothing left behind', async () => {
    const load = new Run({ TEST_DURATION: '30' });
    const seen = await atWork(load);
    load.interrupt();
    const { code, summary } = await load.end();
    expect(code).not.toBe(0);
    expect(summary).toMatchObject({ verdict: 'interrupted', partial: true });
    expect(summary!.totals.total).toBeGreaterThan(0);
    // Each slice came to its end: its participants left, and it reported that.
    expect(summary!.slices.map(({ state }) => state)).toEqual(['finished', 'finished']);
    expect(summary!.sessions.cutShort).toBeGreaterThan(0);
    await expect.poll(() => survivors(seen), LEAVING).toEqual([]);
  });

  test('the main process is killed: workers, service and database end by themselves', async () => {
    // The service starts its own PostgreSQL, as it does for users.
    const load = new Run({ TEST_DURATION: '30', DATABASE_SERVER_URL: '' });
    const seen = await atWork(load);
    expect([...seen.values()].join('\n')).toContain('postgres');
    process.kill(load.pid, 'SIGKILL');
    const { id } = await load.end();
    await expect.poll(() => survivors(seen), LEAVING).toEqual([]);
    // The slices wrote all that they had, and reports can be made of it.
    const { crowds } = readEvidence(id!);
    const summary = summarise(crowds[0]!);
    expect(summary).toMatchObject({ verdict: 'interrupted' });
    expect(summary.reasons[0]?.message).toContain('the main process of the run was killed');
    expect(summary.totals.total).toBeGreaterThan(0);
  });
});

test.describe('a chaos run that is killed in the middle', () => {
  test('leaves no link, service or listener behind', async () => {
    const chaos = new Run({}, ['--project=chaos', 'reconnection-storm', '--grep', 'Socket.IO']);
    // The link of the experiment is there, and participants go through it.
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
