import type { User } from '../user.ts';
import { expect, test } from './room-fixture.ts';

/** Joins the audio without sending sound. @returns the events that the user gets */
async function occupy(user: User, meetingId: string) {
  await user.post(`/${meetingId}/join`);
  const { socket, heard } = await user.enter(meetingId);
  expect(await socket.emitWithAck('meeting:audio-join', { meetingId })).toHaveProperty('peerId');
  return heard;
}

test.describe('the audio of the room', () => {
  test('audio flows between three users, and stops for a user who leaves it', async ({
    newUser,
    visit,
    consoleErrors,
  }) => {
    const users = [newUser(), newUser(), newUser()] as const;
    const meetingId = await users[0].open();
    const rooms = [];
    for (const user of users) rooms.push(await visit(user, meetingId));
    for (const room of rooms) await expect(room.audio).toHaveText('Connected with 2 people.');
    for (const [index, room] of rooms.entries()) {
      await expect.poll(async () => (await room.network())?.packets.received).toBeGreaterThan(50);
      await expect
        .poll(() => room.network())
        .toMatchObject({ source: 'media', lines: 2, rttMs: expect.any(Number) });
      const others = users.filter((_, other) => other !== index);
      for (const user of others) await expect(room.person(user).getByText('Audio connected')).toBeVisible();
      expect((await room.marks('room:audio-connected')).map(({ detail }) => detail?.userId).sort()).toEqual(
        others.map(({ id }) => id).sort(),
      );
    }

    await rooms[2]!.button('Leave audio').click();
    await expect(rooms[2]!.audio).toHaveText('Off.');
    for (const room of rooms.slice(0, 2)) await expect(room.audio).toHaveText('Connected with 1 person.');
    await rooms[2]!.button('Join audio').click();
    for (const room of rooms) await expect(room.audio).toHaveText('Connected with 2 people.');
    expect(consoleErrors).toEqual([]);
  });

  test('audio returns after a lost connection', async ({ newUser, visit }) => {
    const [ada, ben] = [newUser(), newUser()];
    const meetingId = await ada.open();
    const [atAda, atBen] = [await visit(ada, meetingId), await visit(ben, meetingId)];
    await expect(atBen.audio).toHaveText('Connected with 1 person.');
    await atAda.page.context().setOffline(true);
    await expect(atBen.audio).toHaveText('No other user has audio.');
    await atAda.page.context().setOffline(false);
    for (const room of [atAda, atBen]) await expect(room.audio).toHaveText('Connected with 1 person.');
    expect(await atBen.marks('room:audio-connected')).toHaveLength(2);
  });

  test('a muted user sends silence and keeps the audio connection', async ({ newUser, openPage, visit }) => {
    const [ada, ben] = [newUser(), newUser()];
    const meetingId = await ada.open();
    const atAda = await visit(ada, meetingId);
    const atBen = await openPage();
    await atBen.page.addInitScript(`
      globalThis.peers = [];
      globalThis.RTCPeerConnection = class extends RTCPeerConnection {
        constructor() { super(); peers.push(this); }
      };`);
    await atBen.goto(ben, meetingId);
    await atBen.join();
    await expect(atBen.audio).toHaveText('Connected with 1 person.');
    let before = 0;
    /** The audio energy that Ben received since the last call. */
    const loudness = async () => {
      const stats = await atBen.page.evaluate<{ type: string; totalAudioEnergy: number }[]>(
        'peers[0].getStats().then((stats) => [...stats.values()])',
      );
      const energy = stats.find(({ type }) => type === 'inbound-rtp')?.totalAudioEnergy ?? 0;
      const louder = energy - before;
      before = energy;
      return louder;
    };
    // The fake microphone beeps twice a second.
    const everySecond = { intervals: [1_000], timeout: 30_000 };
    await expect.poll(loudness, everySecond).toBeGreaterThan(0.001);
    await atAda.button('Mute').click();
    await expect(atAda.audio).toHaveText('Connected with 1 person. You are muted.');
    await expect.poll(loudness, everySecond).toBeLessThan(0.000_001);
    await expect(atBen.audio).toHaveText('Connected with 1 person.');
    await atAda.button('Unmute').click();
    await expect.poll(loudness, everySecond).toBeGreaterThan(0.001);
  });

  test('audio moves to the second tab of one user', async ({ newUser, visit }) => {
    const [ada, ben] = [newUser(), newUser()];
    const meetingId = await ada.open();
    const [first, atBen] = [await visit(ada, meetingId), await visit(ben, meetingId)];
    await expect(first.audio).toHaveText('Connected with 1 person.');
    const second = await visit(ada, meetingId);
    await expect(first.audio).toHaveText('The audio moved to another tab.');
    for (const room of [second, atBen]) await expect(room.audio).toHaveText('Connected with 1 person.');
  });
});

test('a user without a microphone listens, and sees the reason', async ({ newUser, openPage, visit }) => {
  const [ada, ben] = [newUser(), newUser()];
  const meetingId = await ada.open();
  await visit(ben, meetingId);
  const room = await openPage();
  await room.page.addInitScript(`
    navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); };
  `);
  await room.goto(ada, meetingId);
  await room.join();
  await expect(room.audio).toHaveText(
    'Connected with 1 person. You only listen: Your browser does not let this page use the microphone.',
  );
  await expect(room.button('Mute')).toBeDisabled();
  await expect.poll(async () => (await room.network())?.packets.received).toBeGreaterThan(50);
});

test('a user who joins without audio is not asked for a microphone, and can raise a hand', async ({
  newUser,
  openPage,
}) => {
  const ada = newUser();
  const room = await openPage();
  await room.page.addInitScript(`navigator.mediaDevices.getUserMedia = () => { throw new Error('asked'); };`);
  await room.goto(ada, await ada.open());
  await room.page.getByLabel('With microphone').uncheck();
  await room.join();
  await expect(room.audio).toHaveText('Off.');
  await room.button('Raise hand').click();
  await expect(room.person(ada).getByText('Hand raised')).toBeVisible();
  await room.page.reload();
  await expect(room.connection).toHaveText('Connected');
  await expect(room.audio).toHaveText('Off.');
});

test('the seventh user joins without audio and without a microphone prompt until a place is free', async ({
  newUser,
  openPage,
}) => {
  const host = newUser();
  const meetingId = await host.open();
  const members = [host, ...Array.from({ length: 5 }, () => newUser())];
  const [heard] = await Promise.all(members.map((member) => occupy(member, meetingId)));
  const guest = newUser();
  const room = await openPage();
  await room.page.addInitScript(`
    globalThis.asked = 0;
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = (wanted) => { asked++; return ask(wanted); };
  `);
  await room.goto(guest, meetingId);
  await room.join();
  await expect(room.audio).toContainText('Six people have audio in this meeting');
  await expect(room.person(guest)).toBeVisible();
  expect(await room.page.evaluate('asked')).toBe(0);
  members[3]!.close();
  await expect.poll(() => heard!.map(({ name }) => name)).toContain('meeting:audio-left');
  await room.button('Join audio').click();
  await expect(room.audio).toHaveText('Connected with 0 of 5 people.');
  expect(await room.page.evaluate('asked')).toBe(1);
});

test('two users hear each other as soon as the first allows the microphone', async ({
  newUser,
  openPage,
  visit,
}) => {
  const [ada, ben] = [newUser(), newUser()];
  const meetingId = await ada.open();
  const atAda = await openPage();
  await atAda.page.addInitScript(`
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    const allowed = new Promise((resolve) => { globalThis.allow = resolve; });
    navigator.mediaDevices.getUserMedia = (wanted) => allowed.then(() => ask(wanted));
  `);
  await atAda.goto(ada, meetingId);
  await atAda.join();
  const atBen = await visit(ben, meetingId);
  await expect(atBen.audio).toHaveText('Connected with 0 of 1 person.');
  await atAda.page.evaluate('allow()');
  for (const room of [atAda, atBen]) {
    await expect(room.audio).toHaveText('Connected with 1 person.');
    await expect.poll(async () => (await room.network())?.packets.received).toBeGreaterThan(50);
  }
});

test('a granted microphone opens only while another user listens, and stays muted', async ({
  newUser,
  openPage,
  visit,
}) => {
  const [ada, ben] = [newUser(), newUser()];
  const meetingId = await ada.open();
  const room = await openPage({ permissions: ['microphone'] });
  await room.page.addInitScript(`
    globalThis.microphones = [];
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = await ask(wanted);
      microphones.push(...stream.getTracks());
      return stream;
    };
  `);
  const states = () =>
    room.page.evaluate(`microphones.map((track) => track.readyState + (track.enabled ? '' : ', muted'))`);
  await room.goto(ada, meetingId);
  await room.join();
  await expect(room.audio).toHaveText('No other user has audio.');
  expect(await states()).toEqual([]);
  await room.button('Mute').click();

  const atBen = await visit(ben, meetingId);
  for (const { audio } of [room, atBen]) await expect(audio).toContainText('Connected with 1 person.');
  expect(await states()).toEqual(['live, muted']);
  await room.button('Unmute').click();
  await expect.poll(async () => (await atBen.network())?.packets.received).toBeGreaterThan(50);
  expect(await states()).toEqual(['live']);

  await atBen.button('Leave audio').click();
  await expect(room.audio).toHaveText('No other user has audio.');
  expect(await states()).toEqual(['ended']);
  await atBen.button('Join audio').click();
  for (const { audio } of [room, atBen]) await expect(audio).toHaveText('Connected with 1 person.');
  expect(await states()).toEqual(['ended', 'live']);
  await expect.poll(async () => (await atBen.network())?.packets.received).toBeGreaterThan(50);
});
