import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { run } from './run.ts';

/** The harness refuses wrong settings before Playwright starts. `.ci/run` checks that. */
test('a run ends before any load if the service refuses its tokens', async () => {
  const service = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url !== '/health') response.statusCode = 401;
    response.end(JSON.stringify({ status: 'ok', service: 'meetings' }));
  });
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  try {
    const { port } = service.address() as AddressInfo;
    const { code, output, summary } = await run({ MEETINGS_SERVICE_URL: `http://127.0.0.1:${port}` });
    expect(code).toBe(1);
    expect(output).toContain('HTTP refused the token (401)');
    expect(output).toContain('JWT_SECRET does not match the service at');
    expect(summary).toBeUndefined();
  } finally {
    service.close();
  }
});
