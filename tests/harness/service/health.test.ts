import { createConnection, createServer, type Socket } from 'node:net';
import { expect, test } from './service-fixture.ts';
import { call } from './user.ts';

/** Opens a TCP port that forwards to the PostgreSQL server of this address, and that a test can break. */
async function openPath(databaseUrl: string) {
  const [, credentials, host, port = '5432', path, query = ''] =
    /^postgres(?:ql)?:\/\/(.*@)([^:/?]*)(?::(\d+))?(\/[^?]*)(\?.*)?$/.exec(databaseUrl)!;
  const folder = new URLSearchParams(query).get('host');
  const open = new Set<Socket>();
  let isSilent = false;
  const server = createServer((client) => {
    const database = folder
      ? createConnection(`${folder}/.s.PGSQL.5432`)
      : createConnection(Number(port), host);
    for (const [from, to] of [
      [client, database],
      [database, client],
    ] as const) {
      open.add(from);
      from.on('data', (chunk) => {
        if (!isSilent) to.write(chunk);
      });
      from.on('error', () => undefined).on('close', () => to.destroy());
    }
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', () => resolve());
    });
  await listen(0);
  const { port: own } = server.address() as { port: number };
  const reset = () => {
    for (const socket of open) socket.destroy();
    open.clear();
  };
  return {
    url: `postgres://${credentials}127.0.0.1:${own}${path}`,
    reset,
    /** Stops all data. The connections stay open. */
    silence: () => {
      isSilent = true;
    },
    /** Resets all connections, and refuses new ones. */
    cut: () => {
      server.close();
      reset();
    },
    heal: async () => {
      isSilent = false;
      reset();
      if (!server.listening) await listen(own);
    },
  };
}

for (const style of ['reference', 'deployed'])
  test(`/health in the ${style} style is 503 while the database is unreachable or silent`, async ({
    launch,
    databaseUrl,
  }) => {
    const path = await openPath(databaseUrl);
    try {
      const service = launch({ DATABASE_URL: path.url, LOG_LEVEL: 'silent', SERVICE_STYLE: style });
      const url = await service.ready;
      const health = async () => {
        const { status, body } = await call(`${url}/health`);
        return `${status} ${body.status}`;
      };
      expect(await health()).toBe('200 ok');
      for (const damage of [path.cut, path.silence]) {
        damage();
        await expect.poll(health).toBe('503 unavailable');
        expect(await health(), 'the second answer').toBe('503 unavailable');
        await path.heal();
        await expect.poll(health).toBe('200 ok');
      }
    } finally {
      path.cut();
    }
  });
