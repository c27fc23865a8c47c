import { randomUUID } from 'node:crypto';
import { signToken } from '../tokens.ts';
import { User } from '../user.ts';
import { expect, test } from './room-fixture.ts';
import { type RoomPage, rosterOf } from './room-page.ts';

test('two users in one meeting see each other join, raise a hand and leave', async ({
  newUser,
  visit,
  consoleErrors,
}) => {
  const [ada, ben] = [newUser(), newUser()];
  const meetingId = await ada.open({ title: 'Weekly planning' });
  const [atAda, atBen] = [await visit(ada, meetingId), await visit(ben, meetingId)];

  await expect(atAda.page.getByRole('heading', { level: 1 })).toHaveText('Weekly planning');
  await expect(atAda.person(ada)).toContainText('Host, you');
  await expect(atAda.person(ben)).toContainText('Listener');
  await expect(atBen.participants.getByRole('listitem')).toHaveCount(2);

  await atBen.button('Raise hand').click();
  await expect(atAda.person(ben).getByText('Hand raised')).toBeVisible();
  await expect(atAda.news).toContainText(`${ben.id} raised a hand`);
  await expect(atAda.page.getByText('2 people · 1 hand raised')).toBeVisible();
  await expect.poll(() => atAda.marks('room:hand-visible')).toHaveLength(1);
  expect((await atAda.marks('room:hand-visible'))[0]?.detail).toEqual({
    userId: ben.id,
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  for (const room of [atAda, atBen]) expect(await room.roster()).toEqual(await rosterOf(ada, meetingId));

  await atBen.button('Lower hand').click();
  await expect(atAda.person(ben).getByText('Hand raised')).toBeHidden();
  await expect(atBen.button('Raise hand')).toBeEnabled();

  await atBen.button('Leave').click();
  await expect(atBen.alert).toHaveText('You have left the meeting.');
  await expect(atBen.joinButton).toBeVisible();
  await expect(atAda.person(ben)).toHaveCount(0);
  expect(consoleErrors).toEqual([]);
});

test('the list of participants stays in place while others leave and join', async ({ newUser, visit }) => {
  const [host, reader, ...others] = Array.from({ length: 7 }, () => newUser());
  const meetingId = await host!.open();
  for (const other of others) await other.post(`/${meetingId}/join`);
  const room = await visit(reader!, meetingId);
  const shown = async () => (await room.roster()).map(({ userId }) => userId);
  const leave = async (user: User) => {
    await user.post(`/${meetingId}/leave`);
    await expect(room.person(user)).toHaveCount(0);
  };
  const last = others.at(-1)!;
  const place = () =>
    room.person(last).evaluate((item) => {
      const { left, top } = item.getBoundingClientRect();
      return { left, top };
    });
  const before = await place();
  await leave(others[1]!);
  await leave(others[2]!);
  const late = newUser();
  await late.post(`/${meetingId}/join`);
  await expect(room.person(late)).toBeVisible();
  expect(await place()).toEqual(before);
  expect(await shown()).toEqual([host, others[0], late, others[3], last, reader].map((user) => user!.id));
  await expect(room.news).toContainText('left');

  // Few of many places are taken: the list closes its gaps when the user acts.
  await leave(late);
  await leave(others[3]!);
  await room.button('Raise hand').click();
  await expect.poll(shown).toEqual([host, others[0], last, reader].map((user) => user!.id));
  expect(await place()).not.toEqual(before);
});

test('the performance timeline has the time from the click to the painted roster', async ({
  newUser,
  visit,
}) => {
  const ada = newUser();
  const room = await visit(ada, await ada.open());
  await expect.poll(() => room.marks('room:join')).toHaveLength(1);
  const [[clicked], [painted]] = [await room.marks('room:join-clicked'), await room.marks('room:painted')];
  expect(painted!.startTime).toBeGreaterThan(clicked!.startTime);
});

test.describe('the token of the room page', () => {
  test('the token comes from the field or the URL fragment, and is in no address and no log', async ({
    launch,
    openPage,
    databaseUrl,
  }) => {
    const service = launch({ LOG_LEVEL: 'trace', DATABASE_URL: databaseUrl });
    const ada = new User(await service.ready);
    const meetingId = await ada.open();
    const asked: string[] = [];

    const byLink = await openPage();
    byLink.page.on('request', (request) => asked.push(request.url()));
    await byLink.page.goto(`${ada.url}/#meeting=${meetingId}&token=${ada.token}`);
    expect(byLink.page.url()).toBe(`${ada.url}/?meeting=${meetingId}`);
    await expect(byLink.page.getByText(`Signed in as ${ada.id}`)).toBeVisible();
    await byLink.join();

    const byHand = await openPage();
    byHand.page.on('request', (request) => asked.push(request.url()));
    await byHand.page.goto(ada.url);
    await byHand.page.getByLabel('Token').fill(ada.token);
    await byHand.page.getByLabel('Meeting').fill(`Come to ${ada.url}/?meeting=${meetingId} please`);
    await byHand.join();
    expect(byHand.page.url()).toBe(`${ada.url}/?meeting=${meetingId}`);

    // The browser opens such a link without a reload of the page.
    await byHand.page.goto(`${ada.url}/?meeting=${meetingId}#token=${ada.token}`);
    await expect.poll(() => byHand.page.url()).toBe(`${ada.url}/?meeting=${meetingId}`);
    await expect(byHand.connection).toHaveText('Connected');

    // A reload does not leave the meeting.
    await byHand.page.reload();
    await expect(byHand.connection).toHaveText('Connected');

    expect(asked.length).toBeGreaterThan(6);
    expect(asked.filter((url) => url.includes(ada.token))).toEqual([]);
    expect(await byLink.page.evaluate('JSON.stringify([localStorage, document.cookie])')).toBe('[{},""]');
    expect((await ada.signIn('any key')).status).toBe(404);
    service.process.kill('SIGTERM');
    await service.ended;
    expect(service.output.stderr).not.toContain(ada.token);
    expect(service.output.stderr).not.toBe('');
    // Only a service without an owner signs users in.
    expect(service.output.stdout).toBe(`meetings service ready at ${ada.url}\n`);
  });

  test('the links that the service prints sign two users in, who see each other', async ({
    launch,
    openPage,
    consoleErrors,
    databaseUrl,
  }) => {
    const service = launch({ LOG_LEVEL: 'trace', DATABASE_URL: databaseUrl, SERVICE_OWNER_PID: '' });
    const url = await service.ready;
    const links = () => [...service.output.stdout.matchAll(/^ {2}(\w+) {2}(http\S+#sign-in=(\S+))$/gm)];
    await expect.poll(links).toHaveLength(2);
    const [[, ada, atAda, key], [, ben, atBen]] = links() as string[][] as [string[], string[]];
    const asked: string[] = [];
    const rooms: RoomPage[] = [];
    for (const link of [atAda, atBen]) {
      const room = await openPage();
      room.page.on('request', (request) => asked.push(request.url(), JSON.stringify(request.headers())));
      await room.page.goto(link!);
      await expect(room.connection).toHaveText('Connected');
      rooms.push(room);
    }
    for (const room of rooms) {
      const shown = room.participants.getByRole('listitem');
      await expect(shown.getByText(ada!, { exact: true })).toBeVisible();
      await expect(shown.getByText(ben!, { exact: true })).toBeVisible();
      expect(room.page.url()).toMatch(/\/\?meeting=[0-9a-f-]{36}$/);
    }
    expect(asked.filter((text) => text.includes(key!))).toEqual([]);
    expect(consoleErrors).toEqual([]);

    // A key is good for this only, and a wrong one for nothing.
    expect((await new User(url, ada!, key!).get()).status).toBe(401);
    const stranger = await openPage();
    await stranger.page.goto(`${url}/#sign-in=wrong`);
    await expect(stranger.alert).toContainText('This sign-in link does not work any more.');
    await expect(stranger.page.getByLabel('Token')).toBeVisible();
    service.process.kill('SIGTERM');
    await service.ended;
    expect(service.output.stderr).not.toContain(key!);
  });

  test('the user can replace the token by another one', async ({ newUser, openPage }) => {
    const [ada, ben] = [newUser(), newUser()];
    const room = await openPage();
    await room.goto(ada, await ben.open());
    await room.button('Use another token').click();
    await expect(room.page.getByLabel('Token')).toBeFocused();
    await room.page.getByLabel('Token').fill(ben.token);
    await room.join();
    await expect(room.person(ben)).toContainText('you');
    await expect(room.person(ada)).toHaveCount(0);
  });
});

test.describe('the room page', () => {
  test('explains that a meeting is full, locked, ended or unknown', async ({ newUser, openPage }) => {
    const host = newUser();
    const full = await host.open({ maxParticipants: 2 });
    await newUser().post(`/${full}/join`);
    const locked = await host.open();
    await host.post(`/${locked}/control`, { action: 'lock' });
    const ended = await host.open();
    await host.post(`/${ended}/leave`);
    const room = await openPage();
    const guest = newUser();
    for (const [meetingId, words] of [
      [full, 'This meeting is full.'],
      [locked, 'This meeting is locked.'],
      [ended, 'This meeting has ended.'],
      [randomUUID(), 'There is no such meeting.'],
    ] as const) {
      await room.goto(guest, meetingId);
      await room.joinButton.click();
      await expect(room.alert).toContainText(words);
      await expect(room.joinButton).toBeEnabled();
    }
  });

  test('explains that a token is missing, invalid, forged or expired', async ({ newUser, openPage }) => {
    const ada = newUser();
    const meetingId = await ada.open();
    const room = await openPage();
    await room.page.goto(`${ada.url}/?meeting=${meetingId}`);
    const claims = { userId: ada.id, type: 'access' };
    for (const [token, words] of [
      ['', 'Sign in with a token first.'],
      ['not a token', 'This is not a token'],
      [signToken(claims, { secret: 'another secret' }), 'The service refuses this token'],
      [signToken({ ...claims, exp: 1 }), 'it has expired'],
      [signToken({ type: 'access' }), 'it names no user'],
    ] as const) {
      await room.page.getByLabel('Token').fill(token);
      await room.joinButton.click();
      await expect(room.alert).toContainText(words);
      await expect(room.page.getByLabel('Token')).toBeVisible();
    }
  });

  test('explains when a rate limited user may try again', async ({ launch, openPage, databaseUrl }) => {
    const settings = { RATE_LIMIT_JOIN: '1/300s', DATABASE_URL: databaseUrl };
    const host = new User(await launch(settings).ready);
    const meetingId = await host.open();
    await host.post(`/${meetingId}/join`);
    const room = await openPage();
    await room.goto(host, meetingId);
    await room.joinButton.click();
    await expect(room.alert).toHaveText(/^Too many attempts\. Try again in 5 minutes\.$/);
  });

  test('asks for a missing meeting', async ({ newUser, openPage }) => {
    const room = await openPage();
    await room.page.goto(`${newUser().url}/#token=${newUser().token}`);
    await room.joinButton.click();
    await expect(room.alert).toHaveText('The meeting is missing. Paste its link or its id.');
    await expect(room.page.getByLabel('Meeting')).toBeFocused();
  });
});

test('a user without a link starts a meeting, and can copy its link', async ({ newUser, openPage }) => {
  const ada = newUser();
  const room = await openPage({ permissions: ['clipboard-read', 'clipboard-write'] });
  await room.page.goto(`${ada.url}/#token=${ada.token}`);
  await room.page.getByText('Start a meeting of your own').click();
  await room.page.getByLabel('Title').fill('Retrospective');
  await room.button('Start meeting').click();
  await expect(room.page.getByRole('heading', { level: 1 })).toHaveText('Retrospective');
  expect(room.page.url()).toMatch(/\/\?meeting=[0-9a-f-]{36}$/);
  await room.button('Copy link').click();
  await expect(room.news).toContainText('copied');
  expect(await room.page.evaluate('navigator.clipboard.readText()')).toBe(room.page.url());
});

test('a user whom the host removes sees a message and the join button', async ({ newUser, visit }) => {
  const [host, guest] = [newUser(), newUser()];
  const meetingId = await host.open();
  const room = await visit(guest, meetingId);
  const { participants } = (await host.get(`/${meetingId}`)).body.data;
  const { id } = participants.find(({ userId }: { userId: string }) => userId === guest.id);
  await host.post(`/${meetingId}/control`, { action: 'remove', participantId: id });
  await expect(room.alert).toHaveText('You are not in this meeting any more.');
  await expect(room.joinButton).toBeVisible();
});
