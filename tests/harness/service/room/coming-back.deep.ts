import { User } from '../user.ts';
import { expect, test } from './room-fixture.ts';
import { rosterOf } from './room-page.ts';

test('a page reconnects after a restart of the service, with the right roster', async ({
  launch,
  visit,
  databaseUrl,
}) => {
  test.slow();
  const database = { DATABASE_URL: databaseUrl, DATABASE_POOL_SIZE: '5' };
  // The second service gives access to the same meetings.
  const [first, elsewhere] = [launch(database), launch(database)];
  const [url, there] = await Promise.all([first.ready, elsewhere.ready]);
  const [ada, ben, cem, dan] = [new User(url), new User(url), new User(url), new User(url)];
  const meetingId = await ada.open();
  await ben.post(`/${meetingId}/join`);
  await cem.post(`/${meetingId}/join`);
  const room = await visit(ada, meetingId);
  await expect(room.participants.getByRole('listitem')).toHaveCount(3);

  first.process.kill('SIGTERM');
  await expect(room.connection).toHaveText(/^Reconnecting, attempt \d+$/);
  await expect(room.alert).toContainText('may be out of date');
  await first.ended;

  // These changes happen while the page is disconnected.
  const at = ({ id }: User) => new User(there, id);
  await at(ben).post(`/${meetingId}/hand/raise`);
  await at(cem).post(`/${meetingId}/leave`);
  await at(dan).post(`/${meetingId}/join`);
  await launch({ ...database, SERVICE_PORT: new URL(url).port }).ready;

  await expect(room.connection).toHaveText('Connected', { timeout: 30_000 });
  await expect(room.alert).toBeHidden();
  expect(await room.roster()).toEqual([
    { userId: ada.id, hasRaisedHand: false },
    { userId: ben.id, hasRaisedHand: true },
    { userId: dan.id, hasRaisedHand: false },
  ]);
  expect(await room.roster()).toEqual(await rosterOf(ada, meetingId));
  await expect(room.news).toContainText('Connected again.');
  await expect.poll(() => room.marks('room:reconnected')).toHaveLength(1);
});

test('a page without a network shows that it is offline, and reconnects later', async ({
  newUser,
  visit,
}) => {
  const [ada, ben] = [newUser(), newUser()];
  const meetingId = await ada.open();
  const room = await visit(ada, meetingId);
  await room.page.context().setOffline(true);
  await expect(room.connection).toHaveText('Offline');
  await ben.post(`/${meetingId}/join`);
  await ben.post(`/${meetingId}/hand/raise`);
  await room.page.context().setOffline(false);
  await expect(room.connection).toHaveText('Connected');
  expect(await room.roster()).toEqual(await rosterOf(ada, meetingId));
});

test('a page that is disconnected for longer than the grace joins again by itself', async ({
  launch,
  visit,
  databaseUrl,
}) => {
  const host = new User(await launch({ GHOST_GRACE_MS: '0', DATABASE_URL: databaseUrl }).ready);
  const guest = new User(host.url);
  const meetingId = await host.open();
  const room = await visit(guest, meetingId);
  await room.page.context().setOffline(true);
  await expect.poll(() => rosterOf(host, meetingId)).toHaveLength(1);
  await room.page.context().setOffline(false);
  await expect(room.connection).toHaveText('Connected');
  expect(await room.roster()).toEqual(await rosterOf(host, meetingId));
  expect(await room.roster()).toHaveLength(2);
});

test('a page shows that the meeting ended while it was disconnected', async ({ newUser, visit }) => {
  const ada = newUser();
  const meetingId = await ada.open();
  const room = await visit(ada, meetingId);
  await room.page.context().setOffline(true);
  await expect(room.connection).toHaveText('Offline');
  await ada.post(`/${meetingId}/leave`);
  await room.page.context().setOffline(false);
  await expect(room.alert).toHaveText('This meeting has ended.');
  await expect(room.joinButton).toBeVisible();
});

test('a page gets the current state even if its reconnects are rate limited', async ({
  launch,
  visit,
  databaseUrl,
}) => {
  const ada = new User(await launch({ RATE_LIMIT_JOIN: '1/300s', DATABASE_URL: databaseUrl }).ready);
  const ben = new User(ada.url);
  const meetingId = await ada.open();
  const room = await visit(ada, meetingId);
  await room.page.context().setOffline(true);
  await expect(room.connection).toHaveText('Offline');
  await ben.post(`/${meetingId}/join`);
  await room.page.context().setOffline(false);
  await expect(room.connection).toHaveText('Connected');
  expect(await room.roster()).toEqual(await rosterOf(ada, meetingId));
});

test('a page that missed an event fetches the whole state', async ({ launch, visit, databaseUrl }) => {
  // The member with the lowest id misses every second event.
  const service = launch({
    SERVICE_OWNER: 'tests',
    SERVICE_DEFECTS: 'event-lost=2',
    DATABASE_URL: databaseUrl,
  });
  const ada = new User(await service.ready, '0-ada');
  const [ben, cem] = [new User(ada.url, '1-ben'), new User(ada.url, '2-cem')];
  const meetingId = await ada.open();
  const room = await visit(ada, meetingId);
  await room.page.clock.install();
  await ben.post(`/${meetingId}/join`);
  await expect(room.person(ben)).toBeVisible();
  await cem.post(`/${meetingId}/join`);
  // The page gets this event about a user whom it does not know.
  await cem.post(`/${meetingId}/hand/raise`);
  await room.page.clock.runFor(2_000);
  await expect(room.person(cem).getByText('Hand raised')).toBeVisible();
});
