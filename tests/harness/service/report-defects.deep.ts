import { startEmbeddedPostgres } from '../../../service/database/embedded.ts';
import { meetingWith, type NewUser, test } from './defects-fixture.ts';
import { expect } from './service-fixture.ts';
import { call } from './user.ts';

test('the defect metrics-of-two answers as two instances in turn, each with its own counts', async ({
  sound,
  inBothStyles,
}) => {
  async function read(newUser: NewUser) {
    const user = newUser();
    const of = (text: string, name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)![1]);
    for (let i = 0; i < 9; i++) await user.get();
    const told = [];
    for (let i = 0; i < 4; i++) {
      const { text } = await call(`${user.url}/metrics`);
      const lists = 'method="GET",path="/api/v1/meetings",status_code="200"';
      told.push({
        start: of(text, 'process_start_time_seconds'),
        lists: of(text, `http_request_duration_seconds_count\\{${lists}\\}`),
        upTo10s: of(text, `http_request_duration_seconds_bucket\\{le="10",${lists}\\}`),
      });
    }
    return told;
  }
  const [first, ...more] = await read(sound);
  expect(more, 'one instance').toEqual([first, first, first]);

  for (const damaged of await inBothStyles('metrics-of-two')) {
    const [one, other, ...again] = await read(damaged);
    expect(again).toEqual([one, other]);
    expect(one).toMatchObject({ lists: 6, upTo10s: 6 });
    expect(other).toEqual({ start: one!.start - 600, lists: 3, upTo10s: 3 });
  }
});

test('the defect health-blind reports ok without a database', async ({ launch }) => {
  const stop = new AbortController();
  const database = await startEmbeddedPostgres({ poolSize: 20, signal: stop.signal });
  try {
    const settings = { DATABASE_URL: database.url, DATABASE_POOL_SIZE: '3', LOG_LEVEL: 'silent' };
    const blind = { ...settings, SERVICE_OWNER: 'tests', SERVICE_DEFECTS: 'health-blind' };
    const services = [launch(settings), launch(blind), launch({ ...blind, SERVICE_STYLE: 'deployed' })];
    const urls = await Promise.all(services.map(({ ready }) => ready));
    const healths = async () => {
      const answers = await Promise.all(urls.map((url) => call(`${url}/health`)));
      return answers.map(({ status, body }) => `${status} ${body.status}`);
    };
    expect(await healths()).toEqual(['200 ok', '200 ok', '200 ok']);
    stop.abort();
    await database.ended;
    await expect.poll(async () => (await healths())[0]).toBe('503 unavailable');
    expect((await healths()).slice(1)).toEqual(['200 ok', '200 ok']);
  } finally {
    stop.abort();
    await database.ended;
  }
});

test('the defect restart-forgets lowers raised hands at a restart', async ({
  launch,
  newUser,
  databaseUrl,
  inBothStyles,
}) => {
  // For users in a meeting, a service that starts on the same database is a restart.
  const url = await launch({ DATABASE_URL: databaseUrl }).ready;
  const { host, guests, meetingId } = await meetingWith(() => newUser(url), 1);
  expect((await guests[0]!.post(`/${meetingId}/hand/raise`)).status).toBe(200);
  const hands = async () => {
    const { body } = await host.post(`/${meetingId}/reconnect`);
    return body.data.participants.map((one: { hasRaisedHand: boolean }) => one.hasRaisedHand);
  };
  expect(await hands()).toEqual([false, true]);
  await inBothStyles('health-blind');
  expect(await hands()).toEqual([false, true]);
  await inBothStyles('restart-forgets');
  expect(await hands()).toEqual([false, false]);
});
