import { expect, test } from '@playwright/test';
import { causeOfError, outcomeOfError } from '../../../src/request-context/failure.ts';
import { openRequestContext } from '../../../src/request-context/open.ts';
import type { RequestContext } from '../../../src/request-context/request-context.ts';
import { type EchoService, startEchoService } from './echo-service.ts';

for (const kind of ['wire', 'playwright'] as const) {
  test.describe(`How large may an answer be on the ${kind} request context?`, () => {
    let service: EchoService;
    let context: RequestContext;
    test.beforeEach(async () => {
      service = await startEchoService();
      context = await openRequestContext(kind, { baseURL: service.baseURL, timeoutMs: 20_000 });
    });
    test.afterEach(async () => {
      await context.dispose();
      await service.close();
    });
    const failure = (path: string) =>
      context.get(path).then(
        () => undefined,
        (error: unknown) => error,
      );

    test('accepts 10 MB, refuses more, and serves the next call', async () => {
      expect((await (await context.get('/just-fits')).body()).length).toBe(10_000_000);
      const error = await failure('/too-large');
      expect([outcomeOfError(error), causeOfError(error)]).toEqual(['invalid', 'answer over 10 MB']);
      expect(String(error)).toContain('GET /too-large: the answer is over 10 MB');
      expect((await context.get('/echo')).status()).toBe(200);
    });

    // Playwright reads and decompresses a whole answer before it returns it.
    if (kind === 'playwright') return;

    for (const [path, what] of [
      ['/bomb', '1 MB that decompresses to 1 GB'],
      ['/endless', 'an endless body'],
    ] as const) {
      test(`refuses ${what} without a growth of memory`, async () => {
        const before = process.memoryUsage();
        const error = await failure(path);
        const after = process.memoryUsage();
        expect([outcomeOfError(error), causeOfError(error)]).toEqual(['invalid', 'answer over 10 MB']);
        const grown = after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed;
        expect(grown).toBeLessThan(100_000_000);
        // The rest of the answer is not read.
        if (path === '/endless') await expect.poll(() => service.connections[0]!.destroyed).toBe(true);
      });
    }
  });
}
