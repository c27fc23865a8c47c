import { User } from '../user.ts';
import { expect, test } from './room-fixture.ts';
import type { RoomPage } from './room-page.ts';

type OpenPage = () => Promise<RoomPage>;

/** A tab whose media connections can be looked at, and whose signals can be held back on their way to it. */
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
    /** What has come in so far: packets, and how loud all of it was. */
    heard: () =>
      ofLatest<{ packets: number; energy: number }>(`{
        const inbound = [...(await peer.getStats()).values()].find(({ type }) => type === 'inbound-rtp');
        return { packets: inbound?.packetsReceived ?? 0, energy: inbound?.totalAudioEnergy ?? 0 };
      }`),
    /** Names the ICE session of this end: another one after each restart. */
    session: () => ofLatest<string>('/a=ice-ufrag:(.*)/.exec(peer.localDescription.sdp)[1].trim()'),
  };
}

type Watched = Awaited<ReturnType<typeof watched>>;

/** Two watched tabs in one meeting, connected with each other. */
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

/** Packets that carry the beeps of the other end's microphone arrive from now on. */
async function hearsFromNowOn({ heard }: Watched) {
  const before = await heard();
  await expect
    .poll(async () => {
      const { packets, energy } = await heard();
      return packets > before.packets + 50 && energy > before.energy + 0.001;
    })
    .toBe(true);
}

test('both ends offer at once: one gives way, and sound flows in both directions afterwards', async ({
  newUser,
  openPage,
  consoleErrors,
}) => {
  const ends = await twoConnected(openPage, newUser);
  for (const end of ends) await expect.poll(() => end.ofLatest('peer.signalingState')).toBe('stable');
  const before = await Promise.all(ends.map(({ session }) => session()));

  // Neither hears of the other's offer before both have made theirs.
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
  // It was negotiated anew, and not merely left as it was.
  const after = await Promise.all(ends.map(({ session }) => session()));
  for (const [index, session] of after.entries()) expect(session).not.toBe(before[index]);
  for (const { room } of ends) await expect(room.audio).toHaveText('Connected with 1 person.');
  // One connection each: nobody has met the other one twice.
  for (const { room } of ends) expect(await room.page.evaluate('peers.length')).toBe(1);
  expect(consoleErrors).toEqual([]);
});

test('the service restarts under two tabs: both join the audio again, and hear each other', async ({
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
  // At the same moment, as near as can be: the pages' own backoff would have them come one after the other.
  await Promise.all(ends.map(({ room }) => room.page.evaluate("dispatchEvent(new Event('online'))")));
  for (const { room } of ends) {
    await expect(room.connection).toHaveText('Connected', { timeout: 30_000 });
    // The old connection between the two goes on until the audio is joined again.
    await expect.poll(() => room.page.evaluate<number>('peers.length')).toBeGreaterThan(1);
    await expect(room.audio).toHaveText('Connected with 1 person.');
  }
  for (const end of ends) await hearsFromNowOn(end);
});
