import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from '@playwright/test';

const open: Server[] = [];
test.afterEach(() => {
  for (const server of open.splice(0)) server.close().closeAllConnections();
});

/** A server for one test, which answers as the test says. @returns its address */
export async function listening(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
