import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './service-fixture.ts';
import { processesNaming, remainsOf } from './service-process.ts';
import { SECRET } from './tokens.ts';
import { call, User } from './user.ts';

/** The service starts its own PostgreSQL, as it does for users. */
const ownServer = { DATABASE_SERVER_URL: '' };

test.describe('a service with its own PostgreSQL', () => {
  test('exits with 0 after two SIGTERM, and removes its database and folder', async ({ launch }) => {
    const service = launch(ownServer);
    const url = await service.ready;
    expect(service.output.stdout).toBe(`meetings service ready at ${url}\n`);
    const database = service.database();
    expect(remainsOf(database)).not.toEqual([]);
    // If root starts it, PostgreSQL runs as another user, who can read its environment.
    if (process.platform === 'linux')
      expect(readFileSync(`/proc/${database.postmasterPid}/environ`, 'utf8')).not.toContain(SECRET);
    const { socket } = await new User(url).connect();
    const disconnected = new Promise((resolve) => socket.on('disconnect', resolve));

    service.process.kill('SIGTERM');
    service.process.kill('SIGTERM');
    expect(await service.ended).toEqual({ code: 0, signal: null });
    // Clients reconnect by themselves after a closed transport, but not after a "server disconnect".
    expect(await disconnected).toBe('transport close');
    // The service waits for the keeper, which ends last.
    expect(remainsOf(database)).toEqual([]);
  });

  test('exits with 0 and without warnings after Ctrl-C', async ({ launch }) => {
    const service = launch({ ...ownServer, LOG_LEVEL: 'info' });
    const host = new User(await service.ready);
    await host.enter(await host.open());
    const database = service.database();
    process.kill(-service.pid, 'SIGINT');
    expect(await service.ended).toEqual({ code: 0, signal: null });
    expect(remainsOf(database)).toEqual([]);
    const levels = service.output.stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).level);
    expect(
      levels.every((level) => level === 30),
      service.output.stderr,
    ).toBe(true);
  });

  test('logs no broken connections if its database stops during a shutdown with open calls', async ({
    launch,
  }) => {
    // The calls are slow, so that they are still open when the service ends.
    const service = launch({
      ...ownServer,
      SERVICE_OWNER: 'tests',
      SERVICE_DEFECTS: 'slow-endpoint=300',
      RATE_LIMIT_FACTOR: '0',
    });
    const host = new User(await service.ready);
    const meetingId = await host.open();
    const database = service.database();
    const unanswered = Array.from({ length: 10 }, () => host.get(`/${meetingId}`).catch(() => undefined));
    await Promise.all(Array.from({ length: 10 }, () => host.get()));
    service.process.kill('SIGTERM');
    await expect.poll(() => service.output.stderr, { intervals: [5] }).toContain('shutting down');
    process.kill(database.postmasterPid, 'SIGINT');

    expect(await service.ended).toEqual({ code: 0, signal: null });
    await Promise.all(unanswered);
    expect(remainsOf(database)).toEqual([]);
    const [, ...lines] = service.output.stderr.trim().split('\n');
    const news = lines.map((line) => JSON.parse(line)).filter(({ level }) => level > 30);
    expect(news.map(({ msg }) => msg)).toEqual([]);
  });

  test('leaves no database after SIGKILL', async ({ launch }) => {
    const service = launch(ownServer);
    await service.ready;
    const database = service.database();
    process.kill(-service.pid, 'SIGKILL');
    expect(await service.ended).toEqual({ code: null, signal: 'SIGKILL' });
    await expect.poll(() => remainsOf(database), { timeout: 30_000 }).toEqual([]);
  });

  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    test(`leaves nothing after ${signal} during the creation of the database`, async ({ launch }) => {
      const TMPDIR = await mkdtemp(join(tmpdir(), 'service-test-'));
      // The database does not run as root, so other users must be able to enter the folder.
      await chmod(TMPDIR, 0o755);
      const made = async () =>
        (await readdir(TMPDIR)).filter((name) => name.startsWith('fullhouse-postgres.'));
      const service = launch({ ...ownServer, TMPDIR });
      await expect.poll(made, { intervals: [10] }).toHaveLength(1);
      service.process.kill(signal);
      await service.ended;
      await expect.poll(made, { timeout: 30_000 }).toEqual([]);
      await expect.poll(() => processesNaming(TMPDIR)).toEqual([]);
      expect(service.output.stdout).toBe('');
      await rm(TMPDIR, { recursive: true });
    });
  }

  test('logs the end of its database and exits with 1', async ({ launch }) => {
    const service = launch(ownServer);
    await service.ready;
    const database = service.database();
    process.kill(database.postmasterPid, 'SIGINT');
    expect(await service.ended).toEqual({ code: 1, signal: null });
    expect(service.output.stderr).toContain('embedded PostgreSQL ended unexpectedly');
    expect(remainsOf(database)).toEqual([]);
  });
});

test.describe('a service', () => {
  test('a service with an owner names it, avoids a used port, and ends with it', async ({ launch, url }) => {
    const owner = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const service = launch({
      ...ownServer,
      SERVICE_OWNER: 'run 42',
      SERVICE_OWNER_PID: String(owner.pid),
      SERVICE_PORT: new URL(url).port,
    });
    try {
      const address = await service.ready;
      expect(address).not.toBe(url);
      expect((await call(`${address}/health`)).headers.get('x-service-owner')).toBe('run 42');
    } finally {
      owner.kill('SIGKILL');
    }
    expect(await service.ended).toEqual({ code: 0, signal: null });
    expect(remainsOf(service.database())).toEqual([]);
  });

  test('a service without an owner reports a used port in one sentence and exits with 1', async ({
    launch,
    url,
  }) => {
    const { port } = new URL(url);
    const service = launch({ SERVICE_PORT: port, LOG_LEVEL: 'warn' });
    expect((await service.ended).code).toBe(1);
    expect(service.output).toEqual({
      stdout: '',
      stderr: `Port ${port} on 127.0.0.1 is in use by another meetings service. Stop it, or set SERVICE_PORT to another port (0 takes any free port).\n`,
    });
  });
});

test('the service reports an unreachable database in one sentence and exits with 1', async ({ launch }) => {
  const service = launch({ DATABASE_URL: 'postgres://me:secret@127.0.0.1:1/none', LOG_LEVEL: 'warn' });
  expect((await service.ended).code).toBe(1);
  expect(service.output.stderr).toMatch(
    /^The database cannot be used: .*ECONNREFUSED.*Set DATABASE_URL to a running PostgreSQL\.\n$/,
  );
  expect(service.output.stderr).not.toContain('secret');
});

test('the service reports an unreachable database server in one sentence and exits with 1', async ({
  launch,
}) => {
  const service = launch({ DATABASE_SERVER_URL: 'postgres://me:secret@127.0.0.1:1', LOG_LEVEL: 'warn' });
  expect((await service.ended).code).toBe(1);
  expect(service.output.stderr).toMatch(
    /^No database could be created: .*ECONNREFUSED.*Set DATABASE_SERVER_URL to a running server and a user who may create databases\.\n$/,
  );
  expect(service.output.stderr).not.toContain('secret');
});

test('the service reports each wrong setting in one line and exits with 1', async ({ launch }) => {
  const service = launch({ SERVICE_PORT: 'x', LOG_LEVEL: 'loud' });
  expect((await service.ended).code).toBe(1);
  expect(service.output.stderr.trim().split('\n')).toEqual([
    expect.stringMatching(/^SERVICE_PORT is "x": it must be /),
    expect.stringMatching(/^LOG_LEVEL is "loud": it must be /),
  ]);
});
