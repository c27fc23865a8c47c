import { expect, test } from '@playwright/test';
import { io, type Socket } from 'socket.io-client';
import { KnownDelay, type KnownDelayOptions } from './known-delay.ts';

const MEETING = '/api/v1/meetings/room-1';
const DELAY_MS = 20;

for (const kind of ['compiled', 'node'] as const) {
  test.describe(`The known-delay service (${kind})`, () => {
    test('answers after its delay, sends the room events, and measures both', async () => {
      await using service = await started(kind);
      const [anna, ben] = [userOf(service, 'anna-abcdef-1'), userOf(service, 'ben-abcdef-2')];
      expect(await (await fetch(`${service.url}/health`)).json()).toMatchObject({ status: 'ok' });
      const joined = (await (await anna.call('POST', '/join')).json()) as { data: object };
      expect(joined.data).toMatchObject({
        meeting: { id: 'room-1' },
        participant: { userId: 'anna-abcdef-1' },
      });
      const heard = await enter(anna);
      await ben.call('POST', '/join');
      await ben.call('POST', '/hand/raise');
      expect(await (await ben.call('GET', '')).json()).toMatchObject({
        data: { participantCount: 2, participants: [{ userId: 'ben-abcdef-2', hasRaisedHand: true }, {}] },
      });
      await ben.call('POST', '/leave');
      await expect
        .poll(() => heard.map(([name, { userId }]) => `${name} ${userId}`))
        .toEqual(
          ['participant-joined', 'hand-raised', 'participant-left'].map(
            (name) => `meeting:${name} ben-abcdef-2`,
          ),
        );
      const { operations, seen, badRequests } = await service.report();
      const counts = Object.entries(operations).map(
        ([
          name,
          {
            seen: { count },
          },
        ]) => [name, count],
      );
      expect(Object.fromEntries(counts)).toEqual({
        'meeting.join': 2,
        'socket.connect': 1,
        'room.enter': 1,
        'hand.raise': 1,
        'meeting.get': 1,
        'meeting.leave': 1,
        'event.delivery': 3,
      });
      // Each answer waited for the delay; the rest depends on the machine.
      for (const { own } of Object.values(operations)) expect(own.min).toBeGreaterThanOrEqual(DELAY_MS - 0.1);
      expect(seen.count).toBe(7);
      expect(badRequests).toBe(0);
      anna.socket.disconnect();
    });

    test('does not count an event to a member that leaves soon after the call', async () => {
      await using service = await started(kind, { judgedAfterMs: 600_000 });
      const [anna, ben] = [userOf(service, 'anna-abcdef-1'), userOf(service, 'ben-abcdef-2')];
      const heard = await enter(anna);
      await ben.call('POST', '/hand/raise');
      await expect.poll(() => heard.length).toBe(1);
      expect(await service.counts()).toMatchObject({ calls: 3, events: 1 });
      await anna.call('POST', '/leave');
      expect((await service.report()).operations['event.delivery']).toBeUndefined();
      anna.socket.disconnect();
    });

    test('refuses unknown paths and callers without a token, and measures neither them nor hosts', async () => {
      await using service = await started(kind);
      expect((await fetch(`${service.url}${MEETING}`)).status).toBe(401);
      expect((await fetch(`${service.url}/elsewhere`)).status).toBe(404);
      expect((await userOf(service, 'run-abcdef-h1').call('GET', '')).status).toBe(200);
      const stranger = io(service.url, { transports: ['websocket'], forceNew: true, reconnection: false });
      const refusal = await new Promise<Error>((resolve) => stranger.once('connect_error', resolve));
      expect(refusal.message).toBe('Authentication required');
      stranger.disconnect();
      const { seen, operations, badRequests } = await service.report();
      expect({ count: seen.count, operations, badRequests }).toEqual({
        count: 0,
        operations: {},
        badRequests: 2,
      });
    });

    test('deletes its measurements on reset', async () => {
      await using service = await started(kind);
      await userOf(service, 'anna-abcdef-1').call('GET', '');
      expect(await service.counts()).toMatchObject({ calls: 1 });
      await service.reset();
      expect(await service.counts()).toMatchObject({ calls: 0 });
    });
  });
}

async function started(
  kind: KnownDelay['kind'],
  options: KnownDelayOptions = {},
): Promise<KnownDelay & AsyncDisposable> {
  const service = await KnownDelay.start({ delayMs: DELAY_MS, isCompiled: kind === 'compiled', ...options });
  test.skip(service.kind !== kind, 'There is no C compiler here.');
  return Object.assign(service, { [Symbol.asyncDispose]: () => service.stop() });
}

interface TestUser {
  readonly socket: Socket;
  call(method: string, path: string): Promise<Response>;
}

function userOf({ url }: KnownDelay, id: string): TestUser {
  const options = { transports: ['websocket'], autoConnect: false, forceNew: true, auth: { token: id } };
  return {
    socket: io(url, options),
    call: (method, path) =>
      fetch(`${url}${MEETING}${path}`, {
        method,
        headers: { authorization: `Bearer ${id}` },
        ...(method === 'POST' ? { body: '{}' } : {}),
      }),
  };
}

/** Enters the room. Returns the events that the user gets from then on. */
async function enter({ socket }: TestUser): Promise<[string, { userId: string }][]> {
  const heard: [string, { userId: string }][] = [];
  const entered = new Promise((resolve) => socket.once('meeting:joined', resolve));
  socket.connect();
  socket.emit('meeting:join', { meetingId: 'room-1' });
  expect(await entered).toEqual({ meetingId: 'room-1' });
  socket.onAny((name: string, content: { userId: string }) => heard.push([name, content]));
  return heard;
}
