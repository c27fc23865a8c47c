import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import type { Settings } from '../../../src/config/read-settings.ts';
import { findService } from '../../../src/run/find-service.ts';

const well = { status: 'ok', service: 'meetings' };
const open: Server[] = [];
const before = process.env.MEETINGS_SERVICE_URL;

test.afterEach(() => {
  for (const server of open.splice(0)) server.close();
  delete process.env.MEETINGS_SERVICE_URL;
  if (before !== undefined) process.env.MEETINGS_SERVICE_URL = before;
});

/** The found service when a program on SERVICE_PORT gives this answer. */
async function foundBeside(status: number, body: string, headers: Record<string, string> = {}) {
  const server = createServer((_, response) => response.writeHead(status, headers).end(body));
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const found = findService({ SERVICE_PORT: port } as Settings);
  return { port, found };
}

test.describe('Which service does a run load?', () => {
  test('starts its own service when the port is free', async () => {
    const { port } = await foundBeside(200, '');
    const [server] = open;
    await new Promise((resolve) => server!.close(resolve));
    expect(await findService({ SERVICE_PORT: port } as Settings)).toEqual({ startsServiceOn: port });
  });

  test('uses a meetings service that already listens on the port', async () => {
    const { port, found } = await foundBeside(200, JSON.stringify(well));
    expect(await found).toEqual({});
    expect(process.env.MEETINGS_SERVICE_URL).toBe(`http://127.0.0.1:${port}`);
  });

  test('notes the seeded defects of a service and ignores an invalid list', async () => {
    const { found } = await foundBeside(200, JSON.stringify(well), { 'x-service-defects': 'event-lost=2' });
    expect(await found).toEqual({ defects: 'event-lost=2' });
    const other = await foundBeside(200, JSON.stringify(well), { 'x-service-defects': 'Bearer eyJ.x' });
    expect(await other.found).toEqual({});
  });

  test('starts its own service on another port beside the service of another run', async () => {
    const { found } = await foundBeside(200, JSON.stringify(well), { 'x-service-owner': 'another run' });
    expect(await found).toEqual({ startsServiceOn: 0 });
    expect(process.env.MEETINGS_SERVICE_URL).toBeUndefined();
  });

  test('refuses a port that another program uses, and shows its answer', async () => {
    const { port, found } = await foundBeside(200, '<h1>A page</h1>');
    await expect(found).rejects.toThrow(
      `Port ${port} is used by a program that is not a meetings service: GET /health returned "200 <h1>A page</h1>"`,
    );
  });

  test('refuses an unhealthy service that listens on the port', async () => {
    const { port, found } = await foundBeside(503, JSON.stringify({ status: 'degraded' }));
    await expect(found).rejects.toThrow(
      `The meetings service on port ${port} is unhealthy (GET /health returned 503)`,
    );
  });
});
