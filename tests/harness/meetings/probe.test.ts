import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { expect, test } from '@playwright/test';
import { UserError } from '../../../src/kernel/errors.ts';
import { probe, readMetrics, waitForService } from '../../../src/meetings/probe.ts';

const open: Server[] = [];
test.afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function listen(server: Server): Promise<string> {
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const http = (listener: RequestListener) => listen(createServer(listener));
const answering = (status: number, body: string, headers: Record<string, string> = {}) =>
  http((_, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body),
  );
async function closed(): Promise<string> {
  const server = createTcpServer();
  const url = await listen(server);
  server.close();
  await once(server, 'close');
  return url;
}

const well = '{"status":"ok","service":"meetings","timestamp":"2026-01-01T00:00:00Z"}';

test.describe('probe of an address', () => {
  test('recognises a meetings service and its owner', async () => {
    expect(await probe(await answering(200, well))).toEqual({ kind: 'meetings service' });
    const owned = await answering(200, well, { 'x-service-owner': 'run-1' });
    expect(await probe(owned)).toEqual({ kind: 'meetings service', owner: 'run-1' });
  });

  test('reports an unhealthy service', async () => {
    expect(await probe(await answering(503, '{"status":"degraded"}'))).toEqual({
      kind: 'unhealthy',
      status: 503,
    });
  });

  test('reports an address where nothing listens', async () => {
    expect(await probe(await closed())).toEqual({ kind: 'nothing', cause: 'connection refused' });
  });

  const others: [string, () => Promise<string>, RegExp][] = [
    [
      'a web page',
      () => answering(200, '<html> <b>Hello</b>\n</html>', { 'content-type': 'text/html' }),
      /^200 <html> <b>Hello/,
    ],
    ['a 404 page', () => answering(404, 'Not Found'), /^404 Not Found$/],
    ['JSON of another service', () => answering(200, '{"name":"registry"}'), /^200/],
    ['JSON that is not an object', () => answering(200, '"ok"'), /^200/],
    [
      'a server that does not speak HTTP',
      () =>
        listen(
          createTcpServer((socket) => socket.on('error', () => undefined).end('SSH-2.0-OpenSSH_9.2\r\n')),
        ),
      /not HTTP/,
    ],
    [
      'a server that hangs up',
      () => listen(createTcpServer((socket) => socket.on('error', () => undefined).destroy())),
      /closed|reset/,
    ],
  ];
  for (const [name, start, answer] of others) {
    test(`reports ${name} as something else`, async () => {
      expect(await probe(await start())).toEqual({
        kind: 'something else',
        answer: expect.stringMatching(answer),
      });
    });
  }
});

test.describe('waitForService', () => {
  test('resolves as soon as the service is healthy', async () => {
    let asked = 0;
    const url = await http((_, response) => {
      asked += 1;
      response.writeHead(asked < 3 ? 503 : 200, { 'content-type': 'application/json' }).end(well);
    });
    await waitForService(url, 60_000);
    expect(asked).toBe(3);
  });

  const told: [string, () => Promise<string>, RegExp][] = [
    [
      'nothing',
      closed,
      /^No meetings service at http:\S+: connection refused\. Start it, or set MEETINGS_SERVICE_URL/,
    ],
    [
      'another service',
      () => answering(200, 'Hello'),
      /is not a meetings service: GET \/health returned "200 Hello"\. Start it/,
    ],
    [
      'an unhealthy service',
      () => answering(500, '{"status":"down"}'),
      /is unhealthy: GET \/health returned 500\.$/,
    ],
  ];
  for (const [name, start, message] of told) {
    test(`rejects with the reason when it finds ${name}`, async () => {
      const failure = waitForService(await start(), 0);
      await expect(failure).rejects.toThrow(message);
      await expect(failure).rejects.toBeInstanceOf(UserError);
    });
  }
});

test('reads published metrics, and returns null without them', async () => {
  expect(await readMetrics(await answering(200, 'metric 1\n'), '/metrics')).toBe('metric 1\n');
  expect(await readMetrics(await answering(404, 'no'), '/metrics')).toBeNull();
  expect(await readMetrics(await closed(), '/metrics')).toBeNull();
});
