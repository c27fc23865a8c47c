import { systemClock } from '../../../src/kernel/clock.ts';
import type { Reach } from '../../../src/kernel/reach.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import type { SocketOperation } from '../../../src/meetings/contract/operation.ts';
import { RoomConnection } from '../../../src/meetings/room-connection.ts';
import type { SocketClient } from '../../../src/meetings/socket/room-socket.ts';
import { MergedTimings } from '../../../src/timings/merged-timings.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { expect, LATENCY, leastDelays, test, UNKNOWN_AUTHORITY } from '../request-context/secure-fixture.ts';
import { BASE, NAME } from '../request-context/secure-service.ts';

const { socket, ...contract } = referenceContract();
const enter = contract.operations.get('room.enter') as SocketOperation;

interface Way {
  readonly transport: 'websocket' | 'polling';
  readonly socketClient: SocketClient;
}

/** A connection with its drops and causes. */
function participant({ url, via }: Reach, { transport, socketClient }: Way) {
  const timings = new Timings(systemClock.now());
  const drops: string[] = [];
  const room = new RoomConnection({
    url,
    via,
    socketClient,
    contract: { ...contract, socket: { ...socket!, transports: [transport] } },
    identity: { userId: 'somebody', socket: { auth: { token: 'good' } }, learn: () => undefined },
    timeoutMs: 30_000,
    timings,
    clock: systemClock,
    onEvent: () => undefined,
    onDrop: (reason) => drops.push(reason),
  });
  const arrive = async () => [
    await room.connect(),
    (await room.perform(enter, { meetingId: 'm-1' })).outcome,
  ];
  const causes = () => {
    const merged = new MergedTimings([timings.encode(systemClock.now())]).operations.get('socket.connect');
    return [...(merged?.causes.keys() ?? [])];
  };
  return { room, drops, arrive, causes };
}

const ways: readonly Way[] = [
  { transport: 'websocket', socketClient: 'socket.io' },
  { transport: 'polling', socketClient: 'socket.io' },
  { transport: 'websocket', socketClient: 'wire' },
];

for (const way of ways) {
  test.describe(`Does Socket.IO by ${way.transport} (${way.socketClient}) reach a service behind TLS with a private CA?`, () => {
    test('connects directly to a service with a trusted private CA', async ({
      service,
      authority,
      trust,
    }) => {
      trust(authority);
      const { room, arrive } = participant({ url: service.url('localhost') }, way);
      expect(await arrive()).toEqual(['ok', 'ok']);
      await room.close();
      const host = `localhost:${service.port}`;
      const asked = new Set(service.seen.map((one) => JSON.stringify(one)));
      expect([...asked]).toEqual([JSON.stringify({ sni: 'localhost', host, path: `${BASE}/socket.io/` })]);
    });

    test('keeps the host name over an impaired path, adds its latency and drops on a reset', async ({
      service,
      path,
      authority,
      trust,
    }) => {
      trust(authority);
      await path.inflict({ kind: 'impaired', ...LATENCY });
      const { room, arrive, drops } = participant({ url: service.url(), via: path.via }, way);
      expect(await arrive()).toEqual(['ok', 'ok']);
      const [up, down] = await leastDelays(path);
      expect(up).toBeGreaterThanOrEqual(30);
      expect(down).toBeGreaterThanOrEqual(20);
      expect(await path.reset()).toBeGreaterThanOrEqual(1);
      await expect.poll(() => drops).toHaveLength(1);
      expect(drops[0]).toMatch(/^transport (close|error)$/);
      await room.close();
      const host = `${NAME}:${service.port}`;
      const asked = new Set(service.seen.map((one) => JSON.stringify(one)));
      expect([...asked]).toEqual([JSON.stringify({ sni: NAME, host, path: `${BASE}/socket.io/` })]);
    });

    test('refuses a service whose CA is not trusted', async ({ service, path, stranger, trust }) => {
      trust(stranger);
      for (const reach of [{ url: service.url('localhost') }, { url: service.url(), via: path.via }]) {
        const { room, causes } = participant(reach, way);
        expect(await room.connect()).toBe('refused');
        expect(causes()).toEqual([UNKNOWN_AUTHORITY]);
        await room.close();
      }
      expect(service.seen).toEqual([]);
    });
  });
}
