import { cp, mkdir, readdir, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { linkLibraries, nativeFolder } from '../../../service/database/binaries.ts';
import { startEmbeddedPostgres } from '../../../service/database/embedded.ts';
import { migrate } from '../../../service/database/migrate.ts';
import { openPool } from '../../../service/database/pool.ts';
import { expect, test } from './service-fixture.ts';
import { call, User } from './user.ts';

test('services share a database: state and ghost timers survive a killed service', async ({ launch }) => {
  const stop = new AbortController();
  const database = await startEmbeddedPostgres({ poolSize: 20, signal: stop.signal });
  try {
    const settings = { DATABASE_URL: database.url, DATABASE_POOL_SIZE: '5', GHOST_GRACE_MS: '1000' };
    // Simultaneous migrations of an empty database run one after another.
    const pool = openPool(database.url, 5, { warn: () => undefined } as never);
    await Promise.all(Array.from({ length: 5 }, () => migrate(pool)));
    await pool.end();
    const services = [launch(settings), launch(settings)];
    const [first, second] = await Promise.all(services.map(({ ready }) => ready));

    const [here, offline] = [new User(first!), new User(first!)];
    const meetingId = await here.open();
    await offline.post(`/${meetingId}/join`);
    await here.enter(meetingId);
    const insideBySecond = async () => {
      const { participants } = (await new User(second!).get(`/${meetingId}`)).body.data;
      return participants.map(({ userId }: { userId: string }) => userId);
    };
    expect(await insideBySecond()).toEqual([here.id, offline.id]);

    // The killed service cannot record that its socket closed. The next service does it at its start.
    services[0]?.process.kill('SIGKILL');
    await services[0]?.ended;
    const third = launch(settings);
    await third.ready;
    await expect.poll(insideBySecond, { intervals: [250] }).toEqual([offline.id]);

    // Without a database, the service keeps running and answers 503.
    stop.abort();
    await database.ended;
    await expect.poll(async () => (await call(`${second}/health`)).status).toBe(503);
    expect((await call(`${second}/health`)).body).toMatchObject({
      status: 'unavailable',
      service: 'meetings',
    });
    const { status, body, text } = await new User(second!).get(`/${meetingId}`);
    expect([status, body.error]).toEqual([503, 'DATABASE_UNAVAILABLE']);
    expect(text).not.toMatch(/select|ENOENT|socket/i);
    expect((await call(`${second}/metrics`)).status).toBe(200);
  } finally {
    stop.abort();
    await database.ended;
  }
});

test('each service on DATABASE_SERVER_URL has its own database, and removes it at the end', async ({
  launch,
}) => {
  const pool = openPool(process.env.DATABASE_SERVER_URL!, 1, { warn: () => undefined } as never);
  const meetingsIn = async (url: string) => (await new User(url).get()).body.count;
  const known = async () => {
    const { rows } = await pool.query<{ name: string }>('select datname name from pg_database');
    return rows.map(({ name }) => name);
  };
  try {
    const services = [launch(), launch()];
    const [first, second] = await Promise.all(services.map(({ ready }) => ready));
    await new User(first!).open();
    expect(await meetingsIn(first!)).toBe(1);
    expect(await meetingsIn(second!)).toBe(0);
    const made = services.map(({ output }) => /"database":"(\w+)"/.exec(output.stderr)![1]!);
    expect(await known()).toEqual(expect.arrayContaining(made));
    for (const { process } of services) process.kill('SIGTERM');
    const ends = await Promise.all(services.map(({ ended }) => ended));
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    const left = await known();
    expect(made.filter((name) => left.includes(name))).toEqual([]);
  } finally {
    await pool.end();
  }
});

test('a service removes only the databases of killed services at its start', async ({ launch }) => {
  const pool = openPool(process.env.DATABASE_SERVER_URL!, 1, { warn: () => undefined } as never);
  const known = async () => {
    const { rows } = await pool.query<{ name: string }>('select datname name from pg_database');
    return rows.map(({ name }) => name);
  };
  const madeBy = ({ output }: { output: { stderr: string } }) =>
    /"database":"(\w+)"/.exec(output.stderr)![1]!;
  const stranger = `fullhouse_00000000_1_0_1_${'a'.repeat(8)}`;
  try {
    await pool.query(`create database ${stranger}`);
    const [killed, living] = [launch(), launch()];
    await Promise.all([killed.ready, living.ready]);
    killed.process.kill('SIGKILL');
    await killed.ended;
    expect(await known()).toContain(madeBy(killed));
    await launch().ready;
    const left = await known();
    expect(left).not.toContain(madeBy(killed));
    expect(left).toEqual(expect.arrayContaining([madeBy(living), stranger]));
  } finally {
    await pool.query(`drop database if exists ${stranger}`);
    await pool.end();
  }
});

test('ten simultaneous calls create the library links that no install script made', async ({}, testInfo) => {
  const native = testInfo.outputPath('package', 'native');
  await mkdir(native, { recursive: true });
  await cp(join(nativeFolder(), 'pg-symlinks.json'), join(native, 'pg-symlinks.json'));
  await mkdir(join(native, 'lib'));
  await Promise.all(Array.from({ length: 10 }, () => linkLibraries(native)));

  const links = await readdir(join(native, 'lib'));
  expect(links).toContain('libicuuc.so.60');
  expect(await readlink(join(native, 'lib', 'libicuuc.so.60'))).toBe('libicuuc.so.60.2');
  await rm(native, { recursive: true });
});
