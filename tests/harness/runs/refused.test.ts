import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { expect, test } from '@playwright/test';
import { run } from './run.ts';

/** Runs `act` while something listens on a port of loopback. */
async function whileListening(server: Server, act: (port: string) => Promise<void>): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await act(String((server.address() as AddressInfo).port));
  } finally {
    server.close();
  }
}

test.describe('a load run that cannot begin', () => {
  test('names every wrong setting and what is allowed', async () => {
    const { code, output, summary } = await run({ CONCURRENT_USERS: 'abc', TEST_DURATION: '-1' });
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toEqual([
      'CONCURRENT_USERS: "abc" is not allowed. Use a whole number from 1 to 100000.',
      'TEST_DURATION: "-1" is not allowed. Use a number from 1 to 86400.',
    ]);
    expect(summary).toBeUndefined();
  });

  test('says that nobody answers at the address', async () => {
    let closed = '';
    await whileListening(createServer(), async (port) => {
      closed = `http://127.0.0.1:${port}`;
    });
    const { code, output } = await run({ MEETINGS_SERVICE_URL: closed });
    expect(code).toBe(1);
    expect(output).toContain(`No meetings service at ${closed}: connection refused.`);
  });

  test('refuses a host that is not loopback and not allowed', async () => {
    const { code, output } = await run({ MEETINGS_SERVICE_URL: 'https://meetings.example.com' });
    expect(code).toBe(1);
    expect(output).toContain('set ALLOW_REMOTE=meetings.example.com');
  });

  test('says what has its port', async () => {
    const page = createHttpServer((_, response) => response.end('<h1>A page</h1>'));
    await whileListening(page, async (port) => {
      const { code, output } = await run({ SERVICE_PORT: port });
      expect(code).toBe(1);
      expect(output).toContain(`Port ${port} is taken by something that is no meetings service`);
      expect(output).toContain('<h1>A page</h1>');
    });
  });

  test('says that the service refuses the tokens', async () => {
    const service = createHttpServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      if (request.url !== '/health') response.statusCode = 401;
      response.end(JSON.stringify({ status: 'ok', service: 'meetings' }));
    });
    await whileListening(service, async (port) => {
      const { code, output } = await run({ MEETINGS_SERVICE_URL: `http://127.0.0.1:${port}` });
      expect(code).toBe(1);
      expect(output).toContain('refuses the participants');
      expect(output).toContain('JWT_SECRET');
    });
  });
});
