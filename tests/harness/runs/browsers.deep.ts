import { expect, test } from '@playwright/test';
import { whyNoBrowser } from '../../../src/browser/launch-options.ts';
import { launchService } from '../service/service-process.ts';
import { withoutPage } from './pageless.ts';
import { run } from './run.ts';

test.describe('a load run with browser participants', () => {
  test.skip(whyNoBrowser() !== undefined, whyNoBrowser());

  test('uses protocol participants if the service has no page, unless BROWSER_USERS requires browsers', async () => {
    const upstream = launchService({ JWT_SECRET: 'change-me', LOG_LEVEL: 'warn' });
    try {
      await using service = await withoutPage(await upstream.ready);
      const { output, summary } = await run({
        // An empty value means the default.
        BROWSER_USERS: '',
        MEETINGS_SERVICE_URL: service.url,
        TARGETS: '',
      });
      expect(output).toContain('(BROWSER_USERS): the service has no web page at');
      expect(summary!.browsers).toMatchObject({ requested: 2, peak: 0, sessions: { started: 0 } });
      expect(summary!.browsers!.unavailableReason).toContain('no meeting room');
      expect(output).toContain('none of 2 requested: the service has no meeting room');
      expect(summary!.sessions.completed).toBeGreaterThan(0);
      // A metric that could not be measured is not missed.
      expect(summary!.targets.filter(({ operation }) => operation?.startsWith('page.'))).toEqual([]);
      expect(summary!.reasons.filter(({ subject }) => subject?.startsWith('page.'))).toEqual([]);

      const asked = await run({ BROWSER_USERS: '2', MEETINGS_SERVICE_URL: service.url });
      expect([asked.code, asked.summary]).toEqual([1, undefined]);
      expect(asked.output).toContain(
        `2 browser participants cannot take part (BROWSER_USERS): the service has no web page at ${service.url}/. Set BROWSER_USERS=0`,
      );
    } finally {
      upstream.process.kill('SIGTERM');
      await upstream.ended;
    }
  });
});

test('a load run reports a browser that cannot start in one sentence, and starts no load', async () => {
  const { code, output, summary } = await run({ BROWSER_USERS: '2', CHROMIUM_PATH: '/bin/false' });
  expect(code).toBe(1);
  expect(output).toMatch(
    /No browser starts: \/bin\/false .*Run `npx playwright install chromium`.*BROWSER_USERS=0/,
  );
  expect(output.match(/No browser starts/g)).toHaveLength(1);
  expect(summary).toBeUndefined();
});
