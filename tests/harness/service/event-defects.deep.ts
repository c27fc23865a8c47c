import { meetingWith, type NewUser, settled, test } from './defects-fixture.ts';
import { expect } from './service-fixture.ts';
import type { Heard } from './user.ts';

/** The names of the events that a host gets while a guest raises and lowers a hand and leaves. */
async function heardByHost(newUser: NewUser) {
  const { host, guests, meetingId } = await meetingWith(newUser, 1);
  const [guest] = guests;
  const { heard, socket } = await host.enter(meetingId);
  for (const path of ['hand/raise', 'hand/lower', 'leave']) await guest!.post(`/${meetingId}/${path}`);
  await settled(socket);
  return namesOf(heard);
}

function namesOf(heard: Heard) {
  return heard.map(({ name }) => name.replace('meeting:', '')).filter((name) => name !== 'pong');
}

test('the defect events-none sends no events after a user has entered the room', async ({
  sound,
  inBothStyles,
}) => {
  expect(await heardByHost(sound)).toEqual(['joined', 'hand-raised', 'hand-lowered', 'participant-left']);
  for (const damaged of await inBothStyles('events-none')) {
    expect(await heardByHost(damaged)).toEqual(['joined']);
  }
});

test('the defects event-twice and event-lost repeat and drop chat messages', async ({
  sound,
  withDefect,
}) => {
  /** The texts that each member gets, by user id. */
  async function received(newUser: NewUser) {
    const { host, guests, meetingId } = await meetingWith(newUser, 1);
    const members = [host, ...guests].sort((one, other) => (one.id < other.id ? -1 : 1));
    const connections = [];
    for (const member of members) connections.push(await member.enter(meetingId));
    for (const text of ['one', 'two'])
      await connections[0]!.socket.emitWithAck('chat:send', { meetingId, id: text, text });
    for (const { socket } of connections) await settled(socket);
    return connections.map(({ heard }) =>
      heard.flatMap(({ name, content }) => (name === 'chat:message' ? [content.text] : [])),
    );
  }
  const both = ['one', 'two'];
  expect(await received(sound)).toEqual([both, both]);
  // The join of the guest is the first event.
  const twice = ['one', 'one', 'two'];
  expect(await received(await withDefect('event-twice=2'))).toEqual([twice, twice]);
  expect(await received(await withDefect('event-lost=2'))).toEqual([['two'], both]);
});

test('the defect leave-silent sends no event for a leave', async ({ sound, inBothStyles }) => {
  expect(await heardByHost(sound)).toContain('participant-left');
  for (const damaged of await inBothStyles('leave-silent')) {
    expect(await heardByHost(damaged)).toEqual(['joined', 'hand-raised', 'hand-lowered']);
  }
});

test('the defect events-dropped drops about the given percentage of the deliveries to each member', async ({
  sound,
  inBothStyles,
}) => {
  const moves = 40;
  async function missing(newUser: NewUser) {
    const { host, guests, meetingId } = await meetingWith(newUser, 4);
    const members = [];
    for (const user of [host, ...guests]) members.push(await user.enter(meetingId));
    for (const user of [host, ...guests]) {
      for (const path of ['raise', 'lower', 'raise', 'lower', 'raise', 'lower', 'raise', 'lower']) {
        await user.post(`/${meetingId}/hand/${path}`);
      }
    }
    for (const { socket } of members) await settled(socket);
    return members.map(({ heard }) => moves - heard.filter(({ name }) => name.includes('hand')).length);
  }
  expect(await missing(sound)).toEqual([0, 0, 0, 0, 0]);
  const damaged = [];
  for (const newUser of await inBothStyles('events-dropped=30')) damaged.push(await missing(newUser));
  for (const perMember of damaged) {
    const percent = (100 * perMember.reduce((sum, count) => sum + count)) / (perMember.length * moves);
    expect(percent).toBeGreaterThan(20);
    expect(percent).toBeLessThan(40);
    expect(Math.min(...perMember)).toBeGreaterThan(0);
  }
  expect(damaged[0], 'the same calls, the same damage').toEqual(damaged[1]);
});

test('the defect events-late delays events and keeps their order', async ({ sound, inBothStyles }) => {
  async function lateEvents(newUser: NewUser) {
    const host = newUser();
    const meetingId = await host.open();
    const { heard, socket } = await host.enter(meetingId);
    const arrivals: number[] = [];
    socket.on('meeting:hand-raised', () => arrivals.push(performance.now()));
    const start = performance.now();
    for (const path of ['raise', 'lower', 'raise']) await host.post(`/${meetingId}/hand/${path}`);
    await settled(socket);
    const inTime = arrivals.length;
    await expect.poll(() => arrivals.length).toBe(2);
    expect(namesOf(heard)).toEqual(['joined', 'hand-raised', 'hand-lowered', 'hand-raised']);
    return { inTime, isLate: arrivals[0]! - start >= 499 };
  }
  expect((await lateEvents(sound)).inTime).toBe(2);
  for (const damaged of await inBothStyles('events-late=500')) {
    expect((await lateEvents(damaged)).isLate).toBe(true);
  }
});

test('the defect room-cut closes the connection of a user in the room, who keeps the seat', async ({
  sound,
  inBothStyles,
}) => {
  const host = sound();
  const { socket: untouched } = await host.enter(await host.open());
  for (const newUser of await inBothStyles('room-cut=100')) {
    const { host, guests, meetingId } = await meetingWith(newUser, 1);
    const outside = await host.connect();
    const { socket } = await guests[0]!.enter(meetingId);
    expect(await new Promise((resolve) => socket.once('disconnect', resolve))).toBe('transport close');
    const { participants } = (await guests[0]!.post(`/${meetingId}/reconnect`)).body.data;
    expect(participants).toHaveLength(2);
    expect(outside.socket.connected, 'no room, no cut').toBe(true);
  }
  expect(untouched.connected).toBe(true);
});

test('the defect slow-connect delays the opening of a socket by the given time', async ({
  sound,
  inBothStyles,
}) => {
  /** Whether every connection took at least 299 ms. A busy machine slows some connections, not all. */
  async function areSlow(newUser: NewUser) {
    for (let i = 0; i < 5; i++) {
      const start = performance.now();
      await newUser().connect();
      if (performance.now() - start < 299) return false;
    }
    return true;
  }
  expect(await areSlow(sound)).toBe(false);
  for (const damaged of await inBothStyles('slow-connect=300')) expect(await areSlow(damaged)).toBe(true);
});
