import { gaugesIn } from '../../../src/soak/gauges.ts';
import { type NewUser, test } from './defects-fixture.ts';
import { expect } from './service-fixture.ts';
import { call } from './user.ts';

const SESSIONS = 12;

/** A meeting in which users join, enter the room and leave, one after the other. Its host leaves at the end. */
async function work(newUser: NewUser): Promise<void> {
  const host = newUser();
  const meetingId = await host.open();
  const { heard } = await host.enter(meetingId);
  for (let session = 1; session <= SESSIONS; session++) {
    const guest = newUser();
    expect((await guest.post(`/${meetingId}/join`)).status).toBe(200);
    await guest.enter(meetingId);
    const roster = (await host.get(`/${meetingId}`)).body.data.participants;
    expect(roster.map(({ userId }: { userId: string }) => userId)).toEqual([host.id, guest.id]);
    expect((await guest.post(`/${meetingId}/leave`)).status).toBe(200);
    guest.close();
  }
  await expect
    .poll(() => heard.filter(({ name }) => name === 'meeting:participant-left').length)
    .toBe(SESSIONS);
  expect((await host.post(`/${meetingId}/leave`)).status).toBe(200);
  host.close();
  // The last user to leave ends the meeting, with every leak.
  expect((await host.get(`/${meetingId}`)).body.data.status).toBe('ended');
}

async function countsOf(url: string): Promise<Record<string, number>> {
  return gaugesIn((await call(`${url}/metrics`)).text);
}

/** What two times the same work changed, of these metrics; the first work fills pools. */
async function leftBy(newUser: NewUser, metrics: readonly string[]): Promise<number[]> {
  const { url } = newUser();
  await work(newUser);
  const isAtRest = async () => (await countsOf(url)).socketio_connections;
  await expect.poll(isAtRest).toBe(0);
  const before = await countsOf(url);
  await work(newUser);
  await expect.poll(isAtRest).toBe(0);
  const after = await countsOf(url);
  return metrics.map((name) => (after[name] ?? 0) - (before[name] ?? 0));
}

const leaks: Readonly<Record<string, [metric: string, perJoin: number]>> = {
  'leak-listeners': ['socketio_listeners', 1],
  'leak-timers': ['nodejs_active_resources{type="Timeout"}', 1],
  'leak-sockets': ['nodejs_active_resources{type="TCPSocketWrap"}', 2],
  'leak-rows': ['meetings_active_participants', 1],
};

const exact = [
  'socketio_listeners',
  'socketio_rooms',
  'socketio_connections',
  'meetings_active_participants',
];

test('a service without defects keeps no listener, room, connection or row', async ({ sound }) => {
  expect(await leftBy(sound, exact)).toEqual([0, 0, 0, 0]);
});

for (const [defect, [metric, perJoin]] of Object.entries(leaks))
  test(`the defect ${defect} leaves ${perJoin} in ${metric} for each join, and all else works`, async ({
    withDefect,
  }) => {
    const others = exact.filter((name) => name !== metric);
    const [left = 0, ...rest] = await leftBy(await withDefect(defect), [metric, ...others]);
    // The database pool may open and close a connection, which is a socket and a timer.
    expect(left).toBeGreaterThanOrEqual(perJoin * SESSIONS - 3);
    expect(left).toBeLessThanOrEqual(perJoin * SESSIONS + 3);
    expect(rest).toEqual(others.map(() => 0));
  });
