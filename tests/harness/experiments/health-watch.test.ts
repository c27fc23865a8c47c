import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { Ledger } from '../../../src/checks/ledger.ts';
import { HEALTH, type HealthSeen } from '../../../src/checks/outage.ts';
import { watchHealth } from '../../../src/experiments/health-watch.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { contractOf, referenceContract } from '../../../src/meetings/contract/load.ts';

test('the health watch writes each status into the ledger until it ends', async () => {
  let answer = (response: ServerResponse) => void response.end('{"status":"ok"}');
  const server = createServer((_, response) => answer(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const ledger = new Ledger(() => systemClock.now());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const watch = await watchHealth(url, referenceContract(), ledger, systemClock);
  const statuses = () =>
    ledger.entries.flatMap((entry) =>
      entry.type === 'mark' && entry.name === HEALTH ? [(entry.value as HealthSeen).status] : [],
    );
  expect(statuses()).toEqual(['ok']);
  // The watch also asks by itself.
  await expect.poll(() => statuses().length).toBeGreaterThan(2);

  const cases: [typeof answer, string][] = [
    [(response) => void response.end('fine'), 'ok'],
    [(response) => void response.end('{"status":"degraded"}'), '200 degraded'],
    [(response) => void response.writeHead(503).end('{"status":"unavailable"}'), '503 unavailable'],
    [(response) => void response.writeHead(502).end('<html>'), '502'],
    // A status `ok` in the body of a failure does not make it a success.
    [(response) => void response.writeHead(500).end('{"status":"ok"}'), '500 ok'],
    [(response) => void response.destroy(), 'no answer (connection closed before the answer was complete)'],
  ];
  for (const [next, expected] of cases) {
    answer = next;
    expect((await watch.ask()).status).toBe(expected);
  }
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
  // A connection that was kept open may be reset first.
  await expect.poll(async () => (await watch.ask()).status).toBe('no answer (connection refused)');
  await watch.end();
  expect(statuses().at(-1)).toMatch(/^no answer/);
});

test('the health watch uses the path and the healthy answer of the contract', async () => {
  const asked: (string | undefined)[] = [];
  let isUp = true;
  const server = createServer(({ url }, response) => {
    asked.push(url);
    response.end(JSON.stringify({ up: isUp, status: 'ok' }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const written = `
contract: fullhouse/1
service: { url: "${url}", base: /rooms, health: { get: /healthz, ok: body.up == true } }
identity: { none: { user: socket.id } }
operations:
  meeting.create: { post: "", meeting: body.id }
  meeting.join: { post: "/\${meeting}/join", meeting: body.id }
`;
  const contract = contractOf(written, 'watched.yaml', {});
  const watch = await watchHealth(url, contract, new Ledger(() => systemClock.now()), systemClock);
  expect((await watch.ask()).status).toBe('ok');
  isUp = false;
  expect((await watch.ask()).status).toBe('200 ok');
  await watch.end();
  server.close();
  expect([...new Set(asked)]).toEqual(['/healthz']);
});
