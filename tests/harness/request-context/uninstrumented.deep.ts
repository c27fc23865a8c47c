import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, request as testRequest } from '@playwright/test';
import { openRequestContext } from '../../../src/request-context/open.ts';
import { uninstrumentedPlaywright } from '../../../src/request-context/uninstrumented-playwright.ts';
import { startEchoService } from './echo-service.ts';

const require = createRequire(import.meta.url);
const run = promisify(execFile);

test.describe('What does a call cost the harness?', () => {
  test('records no step per call on either context, unlike Playwright Test', async () => {
    const cli = require.resolve('@playwright/test/cli');
    const config = fileURLToPath(new URL('steps/', import.meta.url));
    // With TEST_* variables, the inner run would act as a worker of this run.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TEST_')));
    const { stdout } = await run(process.execPath, [cli, 'test', '--config', config], { env });
    expect(JSON.parse(stdout)).toEqual({
      wire: 0,
      playwright: 0,
      instrumented: 5,
      'instrumented, beside a second instance': 5,
    });
  });

  test('keeps less than 50 MB after 200 MB of bodies on the Playwright context', async () => {
    const service = await startEchoService();
    const context = await openRequestContext('playwright', { baseURL: service.baseURL, timeoutMs: 10_000 });
    const collect = garbageCollector();
    await context.get('/large');
    collect();
    const before = process.memoryUsage();
    for (let call = 0; call < 40; call++) expect((await context.get('/large')).ok()).toBe(true);
    // Memory that one collection finds is freed when the next one begins.
    collect();
    await pause(50);
    collect();
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(50 * 1024 * 1024);
    expect(after.heapUsed - before.heapUsed).toBeLessThan(50 * 1024 * 1024);
    await context.dispose();
    await service.close();
  });
});

test.describe('Is the uninstrumented Playwright the same Playwright?', () => {
  test('is loaded once, and leaves the Playwright of the test runner in place', () => {
    const first = uninstrumentedPlaywright().request;
    expect(uninstrumentedPlaywright().request).toBe(first);
    expect(first).not.toBe(testRequest);
    expect(require('@playwright/test').request).toBe(testRequest);
    expect(require('playwright').request).toBe(testRequest);
  });

  test('has the same version in its user agent', async () => {
    const service = await startEchoService();
    const context = await openRequestContext('playwright', { baseURL: service.baseURL, timeoutMs: 10_000 });
    const { headers } = await (await context.get('/echo')).json();
    const { version } = require('@playwright/test/package.json');
    expect(headers['user-agent']).toContain(`Playwright/${version} `);
    await context.dispose();
    await service.close();
  });
});

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
