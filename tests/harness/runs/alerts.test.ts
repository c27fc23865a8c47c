import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from '@playwright/test';
import { type Alert, alertSchema } from '../../../src/alerts/alert.ts';
import { run } from './run.ts';

const PATH = '/hooks/T000/hunter2-is-secret';

/** Remembers the alerts that it is sent. */
async function receiver(): Promise<{ alerts: Alert[]; url: string; server: Server }> {
  const alerts: Alert[] = [];
  const server = createServer(async (request, response) => {
    expect(request.url).toBe(PATH);
    alerts.push(alertSchema.parse(JSON.parse(await text(request))));
    response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { alerts, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`, server };
}

test.describe('a load run that degrades', () => {
  let folder: string;
  test.beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fullhouse-alerts-'));
  });
  test.afterEach(() => rm(folder, { recursive: true }));

  test('is told once, and once that it is well again; the address is in no report', async () => {
    const { alerts, url, server } = await receiver();
    const summary = join(folder, 'step.md');
    const told = {
      ALERT_WEBHOOK_URL: url,
      HISTORY_FOLDER: join(folder, 'history'),
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: summary,
      TARGETS: 'meeting.get p50 < 300 ms',
    };
    try {
      const missed = await run({ ...told, SERVICE_OWNER: 'test', SERVICE_DEFECTS: 'slow-endpoint=400' });
      expect(missed.code).toBe(1);
      expect(alerts).toMatchObject([
        { status: 'degraded', degraded: [{ kind: 'target', what: 'meeting.get p50 < 300 ms' }] },
      ]);
      expect(alerts[0]!.reports.join()).toContain(`${missed.summary!.run.id}/summary.md`);
      expect(missed.output).toContain('Alert    sent to 127.0.0.1');
      expect(missed.output).toMatch(/^::error title=/m);
      expect(readFileSync(summary, 'utf8')).toMatch(/1 target missed[\s\S]*# ❌ meeting-sessions: failed/);

      const well = await run(told);
      expect(alerts).toHaveLength(2);
      expect(alerts[1]).toMatchObject({ status: 'recovered', degraded: [] });
      await run(told);
      expect(alerts).toHaveLength(2);

      for (const { output, summary } of [missed, well]) {
        expect(output).not.toContain('hunter2');
        expect(JSON.stringify(summary)).not.toContain('hunter2');
      }
    } finally {
      server.close();
    }
  });

  test('keeps its verdict when the receiver is down', async () => {
    const { url, server } = await receiver();
    await new Promise((resolve) => server.close(resolve));
    const { code, output, summary } = await run({
      ALERT_WEBHOOK_URL: url,
      HISTORY_FOLDER: join(folder, 'history'),
      TARGETS: 'meeting.join p50 < 0.001 ms',
    });
    expect(code).toBe(1);
    expect(summary!.verdict).toBe('failed');
    expect(output).toMatch(/Alert {4}could not be delivered to 127\.0\.0\.1:\d+: /);
  });
});
