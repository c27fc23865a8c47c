import { heardOf, meetingWith, type NewUser, settled, test } from './defects-fixture.ts';
import { expect } from './service-fixture.ts';
import { call, type User } from './user.ts';

test('a service with defects names them at its start and in its health check', async ({
  launch,
  databaseUrl,
}) => {
  const settings = { SERVICE_OWNER: 'tests', LOG_LEVEL: 'silent', DATABASE_URL: databaseUrl };
  const service = launch({ ...settings, SERVICE_DEFECTS: 'ghosts,event-lost' });
  const { headers } = await call(`${await service.ready}/health`);
  expect(headers.get('x-service-defects')).toBe('ghosts,event-lost=5');
  expect(service.output.stderr).toBe(
    'DAMAGED ON PURPOSE, FOR TESTS ONLY: ghosts,event-lost=5 (SERVICE_DEFECTS)\n',
  );
});

test('the defect duplicate-rows lists a user who joins again twice', async ({ sound, withDefect }) => {
  async function rowsOfTheGuest(newUser: NewUser) {
    const { host, guests, meetingId } = await meetingWith(newUser, 1);
    const [guest] = guests;
    expect((await guest!.post(`/${meetingId}/join`)).status).toBe(200);
    await guest!.enter(meetingId);
    const rows = (await roster(host, meetingId)).filter(({ userId }) => userId === guest!.id);
    await guest!.post(`/${meetingId}/leave`);
    return [rows.length, (await roster(host, meetingId)).length];
  }
  expect(await rowsOfTheGuest(sound)).toEqual([1, 1]);
  expect(await rowsOfTheGuest(await withDefect('duplicate-rows', { DATABASE_URL: '' }))).toEqual([2, 1]);
});

test('the defect capacity-race overfills a meeting only with simultaneous joins', async ({
  sound,
  withDefect,
}) => {
  async function seatsTaken(newUser: NewUser) {
    const host = newUser();
    const [crowded, calm] = [
      await host.open({ maxParticipants: 5 }),
      await host.open({ maxParticipants: 2 }),
    ];
    const { heard, socket } = await host.enter(crowded);
    await Promise.all(Array.from({ length: 20 }, () => newUser().post(`/${crowded}/join`)));
    const inTurn = [];
    for (const user of [newUser(), newUser()]) inTurn.push((await user.post(`/${calm}/join`)).status);
    await settled(socket);
    return {
      seats: (await roster(host, crowded)).length,
      newcomersHeard: heardOf(heard, 'participant-joined').length,
      inTurn,
    };
  }
  expect(await seatsTaken(sound)).toEqual({ seats: 5, newcomersHeard: 4, inTurn: [200, 403] });
  const damaged = await seatsTaken(await withDefect('capacity-race'));
  expect(damaged.seats).toBeGreaterThan(5);
  expect(damaged).toMatchObject({ newcomersHeard: damaged.seats - 1, inTurn: [200, 403] });
});

test('the defect ghosts keeps a user without a connection in the roster', async ({ sound, withDefect }) => {
  // The sound service has a much longer grace. When its ghost is gone, the other ghost is long overdue.
  const meetings = [];
  for (const newUser of [await withDefect('ghosts', { GHOST_GRACE_MS: '50' }), sound]) {
    const { host, guests, meetingId } = await meetingWith(newUser, 1);
    const { socket } = await guests[0]!.enter(meetingId);
    const isConnected = async () => (await roster(host, meetingId))[1]?.isConnected ?? false;
    expect(await isConnected()).toBe(true);
    socket.io.engine.close();
    await expect.poll(isConnected).toBe(false);
    meetings.push(async () => (await roster(host, meetingId)).length);
  }
  const [damagedRoster, soundRoster] = meetings;
  await expect.poll(soundRoster!, { intervals: [200] }).toBe(1);
  expect(await damagedRoster!()).toBe(2);
});

test('the defect event-twice sends every fifth event twice without a change', async ({
  sound,
  withDefect,
}) => {
  async function repeated(newUser: NewUser) {
    const { events } = await tenMovesOfTheHand(newUser);
    const texts = events.map((event) => JSON.stringify(event));
    return texts.flatMap((text, i) => (text === texts[i - 1] ? [i] : []));
  }
  expect(await repeated(sound)).toEqual([]);
  expect(await repeated(await withDefect('event-twice'))).toEqual([5, 11]);
});

test('the defect applied-twice sends every fifth raised hand as two events with different times', async ({
  sound,
  withDefect,
}) => {
  async function gapsBetweenRaises(newUser: NewUser) {
    const { events } = await tenMovesOfTheHand(newUser);
    const times = heardOf(events, 'hand-raised').map(({ timestamp }) => Date.parse(timestamp));
    return { raises: times.length, lastGapMs: times.at(-1)! - times.at(-2)!, all: events.length };
  }
  expect(await gapsBetweenRaises(sound)).toMatchObject({ raises: 5, all: 10 });
  const damaged = await gapsBetweenRaises(await withDefect('applied-twice'));
  expect(damaged).toEqual({ raises: 6, lastGapMs: 1, all: 11 });
});

test('the defect event-lost hides every fifth event from one member of the room', async ({
  sound,
  inBothStyles,
}) => {
  async function eventsPerMember(newUser: NewUser) {
    // The two joins are the first two events. At that time the room is empty.
    const { host, guests, meetingId } = await meetingWith(newUser, 2);
    const members = [host, ...guests].sort((one, other) => (one.id < other.id ? -1 : 1));
    const connections = [];
    for (const member of members) connections.push(await member.enter(meetingId));
    for (const path of ['raise', 'lower', 'raise', 'lower', 'raise', 'lower', 'raise', 'lower']) {
      await host.post(`/${meetingId}/hand/${path}`);
    }
    for (const { socket } of connections) await settled(socket);
    return connections.map(({ heard }) => heard.filter(({ name }) => name.includes('hand')).length);
  }
  expect(await eventsPerMember(sound)).toEqual([8, 8, 8]);
  for (const damaged of await inBothStyles('event-lost')) {
    expect(await eventsPerMember(damaged)).toEqual([6, 8, 8]);
  }
});

test('the defect stale-reconnect answers a reconnect with the state before the last change', async ({
  sound,
  withDefect,
}) => {
  async function resumed(newUser: NewUser) {
    const { host, guests, meetingId } = await meetingWith(newUser, 1);
    await guests[0]!.post(`/${meetingId}/hand/raise`);
    // The second lock changes nothing, so it does not replace the older state.
    for (const _ of [1, 2]) await host.post(`/${meetingId}/control`, { action: 'lock' });
    const { meeting, participant, participants } = (await guests[0]!.post(`/${meetingId}/reconnect`)).body
      .data;
    expect(participants).toContainEqual(participant);
    return {
      isLocked: meeting.isLocked,
      hasRaisedHand: participant.hasRaisedHand,
      people: participants.length,
    };
  }
  expect(await resumed(sound)).toEqual({ isLocked: true, hasRaisedHand: true, people: 2 });
  expect(await resumed(await withDefect('stale-reconnect'))).toEqual({
    isLocked: false,
    hasRaisedHand: true,
    people: 2,
  });
});

test('the defect leave-forgotten acknowledges every fifth leave without effect', async ({
  sound,
  withDefect,
}) => {
  async function leftOver(newUser: NewUser) {
    const { host, guests, meetingId } = await meetingWith(newUser, 6);
    for (const guest of guests) {
      const { status, body } = await guest.post(`/${meetingId}/leave`);
      expect([status, body]).toEqual([200, { success: true, message: 'Left the meeting' }]);
    }
    const stillThere = (await roster(host, meetingId)).map(({ userId }) => userId);
    return [host, ...guests].flatMap(({ id }, i) => (stillThere.includes(id) ? [i] : []));
  }
  expect(await leftOver(sound)).toEqual([0]);
  expect(await leftOver(await withDefect('leave-forgotten'))).toEqual([0, 5]);
});

test('the defect reset-limits-shared applies the join limit of one user to another', async ({
  launch,
  databaseUrl,
  newUser,
  withDefect,
}) => {
  async function joinOfAnother(newUser: NewUser) {
    const [host, greedy, another] = [newUser(), newUser(), newUser()];
    const meetingId = await host.open();
    const join = async (user: User) => (await user.post(`/${meetingId}/join`)).status;
    expect([await join(greedy), await join(greedy), await join(greedy)]).toEqual([200, 200, 429]);
    expect((await another.get(`/${meetingId}`)).status, 'other limits').toBe(200);
    return join(another);
  }
  const limits = { RATE_LIMIT_JOIN: '2/300s' };
  const url = await launch({ ...limits, DATABASE_URL: databaseUrl }).ready;
  expect(await joinOfAnother(() => newUser(url))).toBe(200);
  expect(await joinOfAnother(await withDefect('reset-limits-shared', limits))).toBe(429);
});

test('the defect slow-endpoint delays only the reading of a meeting', async ({ sound, withDefect }) => {
  /** Whether every call took at least 199 ms. A busy machine slows some calls, not all. */
  async function areSlow(newUser: NewUser) {
    const host = newUser();
    const meetingId = await host.open();
    const isSlow = async (path: string) => {
      for (let i = 0; i < 10; i++) {
        const start = performance.now();
        await host.get(path);
        if (performance.now() - start < 199) return false;
      }
      return true;
    };
    return { read: await isSlow(`/${meetingId}`), list: await isSlow('') };
  }
  expect(await areSlow(sound)).toEqual({ read: false, list: false });
  expect(await areSlow(await withDefect('slow-endpoint=200'))).toEqual({ read: true, list: false });
});

/** The events that a host gets after raising and lowering their own hand five times. */
async function tenMovesOfTheHand(newUser: NewUser) {
  const host = newUser();
  const meetingId = await host.open();
  const { heard, socket } = await host.enter(meetingId);
  for (let i = 0; i < 5; i++) {
    for (const path of ['raise', 'lower']) await host.post(`/${meetingId}/hand/${path}`);
  }
  await settled(socket);
  return { events: heard.filter(({ name }) => name.startsWith('meeting:hand')) };
}

async function roster(user: User, meetingId: string): Promise<{ userId: string; isConnected: boolean }[]> {
  return (await user.get(`/${meetingId}`)).body.data.participants;
}
