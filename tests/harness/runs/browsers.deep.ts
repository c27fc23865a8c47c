import { expect, test } from '@playwright/test';
import { whyNoBrowser } from '../../../src/browser/launch-options.ts';
import { launchService } from '../service/service-process.ts';
import { withoutPage } from './pageless.ts';
import { run } from './run.ts';

test.describe('a load run with people in browsers', () => {
  test.skip(whyNoBrowser() !== undefined, whyNoBrowser());

  test('a service without a page: protocol only, and it says so; who asked for browsers is refused', async () => {
    const upstream = launchService({ JWT_SECRET: 'change-me', LOG_LEVEL: 'warn' });
    try {
      await using service = await withoutPage(await upstream.ready);
      const { output, summary } = await run({
        // As if nobody had set it: the default.
        BROWSER_USERS: '',
        MEETINGS_SERVICE_URL: service.url,
        TARGETS: '',
      });
      expect(output).toContain('(BROWSER_USERS): the service has no web page at');
      expect(summary!.browsers).toMatchObject({ asked: 2, reached: 0, sessions: { started: 0 } });
      expect(summary!.browsers!.without).toContain('no meeting room');
      expect(output).toContain('nobody, 2 asked: the service has no meeting room');
      expect(summary!.sessions.completed).toBeGreaterThan(0);
      // What nobody could measure is no miss.
      expect(summary!.targets.filter(({ target }) => target.startsWith('page.'))).toEqual([]);
      expect(summary!.reasons.filter((reason) => reason.includes('page.'))).toEqual([]);

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

test('a browser that cannot start: one sentence with the way out, and nothing is loaded', async () => {
  const { code, output, summary } = await run({ BROWSER_USERS: '2', CHROMIUM_PATH: '/bin/false' });
  expect(code).toBe(1);
  expect(output).toMatch(/No browser starts: \/bin\/false .*Run `npm run setup`.*BROWSER_USERS=0/);
  expect(output.match(/No browser starts/g)).toHaveLength(1);
  expect(summary).toBeUndefined();
});
