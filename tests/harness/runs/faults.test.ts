import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { alertSchema } from '../../../src/alerts/alert.ts';
import { reasonText } from '../../../src/history/reason.ts';
import { test } from '../alerts/receiver.ts';
import { atWork, LEAVING, pidOf } from './at-work.ts';
import { Run, survivors } from './run.ts';

/** The tests in `alerts/` cover later messages and an unreachable receiver. */
test('a load run with missed targets and a killed worker fails, keeps all figures, and sends an alert', async ({
  receiver,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'fullhouse-faults-'));
  const stepSummary = join(folder, 'step.md');
  try {
    const load = new Run({
      ALERT_WEBHOOK_URL: `${receiver.origin}/hooks/T000/hunter2-is-secret`,
      HISTORY_FOLDER: join(folder, 'history'),
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: stepSummary,
      TARGETS: 'meeting.get p50 < 300 ms; health.get p95 < 1 s',
      SERVICE_OWNER: 'test',
      SERVICE_DEFECTS: 'slow-endpoint=400',
      TEST_DURATION: '8',
    });
    const processes = await atWork(load);
    process.kill(pidOf(processes, 'workerProcess'), 'SIGKILL');
    const { code, output, summary } = await load.end();
    expect(code).toBe(1);
    expect(summary).toMatchObject({ verdict: 'failed', partial: true });
    expect(output).toContain('PARTIAL');
    await expect.poll(() => survivors(processes), LEAVING).toEqual([]);

    const lost = summary!.slices.filter(({ state }) => state === 'lost');
    expect(lost).toHaveLength(1);
    expect(summary!.reasons.map(reasonText)).toContainEqual(
      expect.stringContaining(`slice ${lost[0]!.slice} was lost`),
    );
    // The figures include the calls that the worker reported before it was killed.
    expect(lost[0]!.recorded).toBeGreaterThan(0);

    expect(summary!.targets.map(({ state }) => state)).toEqual(['missed', 'missed']);
    // On a busy machine, the latency has a bracket.
    expect(output).toMatch(/meeting\.get p50 < 300 ms: [\d.]+ m?s (\(−[\d.]+\) )?❌/);
    expect(output).toContain('nothing was recorded as "health.get"');
    // The result block shows each missed target, so its test prints nothing more.
    expect(output).not.toContain('› target: ');

    expect(receiver.received.map(({ url }) => url)).toEqual(['/hooks/T000/hunter2-is-secret']);
    const alert = alertSchema.parse(JSON.parse(receiver.received[0]!.body));
    expect(alert).toMatchObject({
      status: 'degraded',
      degraded: expect.arrayContaining([
        expect.objectContaining({ kind: 'target', subject: 'meeting.get p50 < 300 ms' }),
      ]),
    });
    expect(alert.reports.join()).toContain(`${summary!.run.id}/summary.md`);
    expect(output).toContain('Alert    sent to 127.0.0.1');
    expect(output).toMatch(/^::error title=/m);
    expect(readFileSync(stepSummary, 'utf8')).toMatch(/2 targets missed[\s\S]*# ❌ meeting-sessions: failed/);
    expect(output).not.toContain('hunter2');
    expect(JSON.stringify(summary)).not.toContain('hunter2');
  } finally {
    await rm(folder, { recursive: true });
  }
});
