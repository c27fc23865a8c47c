import { User } from '../user.ts';
import { expect, test } from './room-fixture.ts';
import type { RoomPage } from './room-page.ts';

type OpenPage = () => Promise<RoomPage>;

/** A tab that exposes its media connections, and whose incoming signals the test can delay. */
async function watched(openPage: OpenPage) {
  const room = await openPage();
  await room.page.addInitScript(`
    globalThis.peers = [];
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
      constructor() { super(); peers.push(this); }
    };`);
  let held: (() => void)[] | undefined;
  await room.page.routeWebSocket(/socket\.io/, (socket) => {
    const service = socket.connectToServer();
    service.onMessage((message) => {
      const pass = () => socket.send(message);
      if (held !== undefined && String(message).includes('"meeting:signal"')) held.push(pass);
      else pass();
    });
  });
  const ofLatest = <T>(expression: string) =>
    room.page.evaluate<T>(`(async (peer) => ${expression})(peers.at(-1))`);
  return {
    room,
    ofLatest,
    hold() {
      held = [];
    },
    release() {
      const passes = held ?? [];
      held = undefined;
      for (const pass of passes) pass();
    },
    heldBack: () => held?.length ?? 0,
    /** The received packets and their audio energy so far. */
    heard: () =>
      ofLatest<{ packets: number; energy: number }>(`{
        const inbound = [...(await peer.getStats()).values()].find(({ type }) => type === 'inbound-rtp');
        return { packets: inbound?.packetsReceived ?? 0, energy: inbound?.totalAudioEnergy ?? 0 };
      }`),
    /** The id of this end's ICE session, which changes at each restart. */
    session: () => ofLatest<string>('/a=ice-ufrag:(.*)/.exec(peer.localDescription.sdp)[1].trim()'),
  };
}

type Watched = Awaited<ReturnType<typeof watched>>;

/** Two watched tabs in one meeting, with a connection between them. */
async function twoConnected(openPage: OpenPage, newUser: () => User) {
  const [ada, ben] = [newUser(), newUser()];
  const meetingId = await ada.open();
  const ends = [await watched(openPage), await watched(openPage)] as const;
  for (const [index, { room }] of ends.entries()) {
    await room.goto([ada, ben][index]!, meetingId);
    await room.join();
  }
  for (const { room } of ends) await expect(room.audio).toHaveText('Connected with 1 person.');
  return ends;
}

/** Waits for new packets with the beeps of the other end's microphone. */
async function hearsFromNowOn({ heard }: Watched) {
  const before = await heard();
  await expect
    .poll(async () => {
      const { packets, energy } = await heard();
      return packets > before.packets + 50 && energy > before.energy + 0.001;
    })
    .toBe(true);
}

test('two simultaneous offers are resolved, and sound then flows in both directions', async ({
  newUser,
  openPage,
  consoleErrors,
}) => {
  const ends = await twoConnected(openPage, newUser);
  for (const end of ends) await expect.poll(() => end.ofLatest('peer.signalingState')).toBe('stable');
  const before = await Promise.all(ends.map(({ session }) => session()));

  // Neither end gets the other's offer before both have made their own.
  for (const { hold } of ends) hold();
  await Promise.all(ends.map(({ ofLatest }) => ofLatest('peer.restartIce()')));
  for (const { ofLatest } of ends)
    await expect.poll(() => ofLatest('peer.signalingState')).toBe('have-local-offer');
  for (const { heldBack } of ends) await expect.poll(heldBack).toBeGreaterThan(0);
  for (const { release } of ends) release();

  for (const { ofLatest } of ends) await expect.poll(() => ofLatest('peer.signalingState')).toBe('stable');
  for (const { ofLatest } of ends)
    await expect.poll(() => ofLatest('peer.connectionState')).toBe('connected');
  for (const end of ends) await hearsFromNowOn(end);
  // Both ends have negotiated a new session.
  const after = await Promise.all(ends.map(({ session }) => session()));
  for (const [index, session] of after.entries()) expect(session).not.toBe(before[index]);
  for (const { room } of ends) await expect(room.audio).toHaveText('Connected with 1 person.');
  // Each end has one connection.
  for (const { room } of ends) expect(await room.page.evaluate('peers.length')).toBe(1);
  expect(consoleErrors).toEqual([]);
});

test('two tabs join the audio again after a restart of the service, and hear each other', async ({
  launch,
  openPage,
  databaseUrl,
}) => {
  test.slow();
  const database = { DATABASE_URL: databaseUrl, DATABASE_POOL_SIZE: '5' };
  const first = launch(database);
  const url = await first.ready;
  const ends = await twoConnected(openPage, () => new User(url));
  first.process.kill('SIGKILL');
  for (const { room } of ends) await expect(room.connection).toHaveText(/^Reconnecting/);
  await first.ended;
  await launch({ ...database, SERVICE_PORT: new URL(url).port }).ready;
  // Both reconnect at nearly the same moment. With the backoff of the pages, one would come after the other.
  await Promise.all(ends.map(({ room }) => room.page.evaluate("dispatchEvent(new Event('online'))")));
  for (const { room } of ends) {
    await expect(room.connection).toHaveText('Connected', { timeout: 30_000 });
    // The old connection stays open until both have joined the audio again.
    await expect.poll(() => room.page.evaluate<number>('peers.length')).toBeGreaterThan(1);
    await expect(room.audio).toHaveText('Connected with 1 person.');
  }
  for (const end of ends) await hearsFromNowOn(end);
});
