import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { DatabasePath } from '../../../src/network/database-path.ts';

/** An echo server on a port or on a socket in a folder. */
async function echo(where: { port: number; host: string } | { path: string }) {
  const server = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  server.listen(where);
  await once(server, 'listening');
  return server;
}

async function client(port: number) {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

async function echoed(socket: Awaited<ReturnType<typeof client>>, text: string) {
  socket.write(text);
  const [answer] = await once(socket, 'data');
  return String(answer);
}

let folder: string;
// Not at the import: the main process also imports this file to list its tests.
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fullhouse-database-path-'));
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.describe('A path to a database', () => {
  for (const kind of ['a port', 'a socket in a folder'] as const) {
    test(`carries bytes to ${kind}, resets its connections when it is cut, and heals`, async () => {
      const server = await echo(
        kind === 'a port' ? { port: 0, host: '127.0.0.1' } : { path: join(folder, '.s.PGSQL.5432') },
      );
      const bound = server.address();
      const address =
        typeof bound === 'string'
          ? `postgres://me:pass@/meetings?host=${encodeURIComponent(folder)}&application_name=x`
          : `postgres://me:pass@127.0.0.1:${bound!.port}/meetings?application_name=x`;
      const path = await DatabasePath.open(address);
      const [, port] =
        /^postgres:\/\/me:pass@127\.0\.0\.1:(\d+)\/meetings\?application_name=x$/.exec(path.url) ?? [];
      const [one, other] = [await client(Number(port)), await client(Number(port))];
      expect([await echoed(one, 'a'), await echoed(other, 'b')]).toEqual(['a', 'b']);

      const resets = [one, other].map((socket) => once(socket, 'error'));
      expect(await path.cut()).toBe(2);
      for (const [error] of await Promise.all(resets)) expect(error).toMatchObject({ code: 'ECONNRESET' });
      await expect(client(Number(port))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      expect(await path.cut()).toBe(0);

      await path.heal();
      await path.heal();
      const again = await client(Number(port));
      expect(await echoed(again, 'c')).toBe('c');
      again.on('error', () => undefined);
      await path.close();
      server.close();
    });
  }

  test('refuses an invalid database address without quoting it', async () => {
    await expect(DatabasePath.open('mysql://me:pass@host/x')).rejects.toThrow(
      'The address of the database is invalid. Write it like postgres://user:password@host:5432/name.',
    );
  });
});
