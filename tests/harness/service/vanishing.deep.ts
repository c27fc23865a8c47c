import { WebSocket } from 'undici';
import { expect, test } from './service-fixture.ts';
import { call, User } from './user.ts';

const CROWD = 50;
const MEGABYTE = 1024 * 1024;

test('50 silent participants each leave the roster once, and the service frees their resources', async ({
  launch,
}) => {
  const url = await launch({
    RATE_LIMIT_FACTOR: '0',
    PING_INTERVAL_MS: '500',
    PING_TIMEOUT_MS: '1500',
    GHOST_GRACE_MS: '1000',
  }).ready;
  const host = new User(url);
  const meetingId = await host.open();
  const { heard } = await host.enter(meetingId);
  const inside = async () => (await host.get(`/${meetingId}`)).body.data.participants.length;
  const leavers = () =>
    heard.filter(({ name }) => name === 'meeting:participant-left').map(({ content }) => content.userId);

  async function comeAndVanish() {
    const crowd = Array.from({ length: CROWD }, () => new User(url));
    await Promise.all(crowd.map((user) => user.post(`/${meetingId}/join`)));
    const silence = new AbortController();
    const sockets = await Promise.all(crowd.map((user) => enterUntil(silence.signal, user, meetingId)));
    expect(await inside()).toBe(CROWD + 1);
    expect((await metrics(url))('socketio_connections')).toBe(CROWD + 1);
    silence.abort();
    // The ping interval and timeout (2 s), the grace (1 s) and the sweep (every 250 ms).
    await expect.poll(inside, { intervals: [100], timeout: 30_000 }).toBe(1);
    await expect.poll(async () => (await metrics(url))('socketio_connections')).toBe(1);
    for (const socket of sockets) socket.close();
    return crowd.map(({ id }) => id);
  }

  // The first crowd warms up the service. Its late and repeated events arrive before the second crowd is gone.
  const first = await comeAndVanish();
  const before = await metrics(url);
  const second = await comeAndVanish();
  expect(leavers().sort()).toEqual([...first, ...second].sort());

  const after = await metrics(url);
  expect(after('pg_pool_connections{state="waiting"}')).toBe(0);
  expect(after('pg_pool_connections{state="idle"}')).toBe(after('pg_pool_connections{state="total"}'));
  expect(after('pg_pool_connections{state="total"}')).toBeLessThanOrEqual(20);
  expect(after('meetings_active_participants')).toBe(1);
  // 50 participants need much less memory than this limit, which leaves room for garbage.
  const growth = after('process_resident_memory_bytes') - before('process_resident_memory_bytes');
  expect(growth).toBeLessThan(32 * MEGABYTE);
  host.close();
});

/** Enters the room with a minimal Socket.IO client that answers pings until `silence`. */
async function enterUntil(silence: AbortSignal, { url, token }: User, meetingId: string) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  const entered = new Promise<void>((resolve) => {
    socket.addEventListener('message', ({ data }) => {
      if (data === '2' && !silence.aborted) socket.send('3');
      if (data.startsWith('0')) socket.send(`40${JSON.stringify({ token })}`);
      if (data.startsWith('40')) socket.send(`42${JSON.stringify(['meeting:join', { meetingId }])}`);
      if (data.startsWith('42["meeting:joined"')) resolve();
    });
  });
  await entered;
  return socket;
}

/** Reads /metrics. @returns the value of a metric by its name and labels */
async function metrics(url: string) {
  const { text } = await call(`${url}/metrics`);
  const lines = text.split('\n');
  return (name: string) => Number(lines.find((line) => line.startsWith(`${name} `))?.split(' ')[1]);
}
