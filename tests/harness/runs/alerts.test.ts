import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { alertSchema } from '../../../src/alerts/alert.ts';
import { test } from '../alerts/receiver.ts';
import { run } from './run.ts';

/** The tests in `alerts/` cover later messages and an unreachable receiver. */
test('a load run with a missed target exits with 1 and sends an alert, without its secret address', async ({
  receiver,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'fullhouse-alerts-'));
  const stepSummary = join(folder, 'step.md');
  try {
    const { code, output, summary } = await run({
      ALERT_WEBHOOK_URL: `${receiver.origin}/hooks/T000/hunter2-is-secret`,
      HISTORY_FOLDER: join(folder, 'history'),
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: stepSummary,
      TARGETS: 'meeting.get p50 < 300 ms; health.get p95 < 1 s',
      REQUESTS_PER_USER: '2',
      SERVICE_OWNER: 'test',
      SERVICE_DEFECTS: 'slow-endpoint=400',
    });
    expect(code).toBe(1);
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
