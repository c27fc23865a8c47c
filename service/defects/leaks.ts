import { randomUUID } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type Parts, withSockets } from './parts.ts';

/** Often enough that it is a timer, and seldom enough that thousands of them cost nothing. */
const KEPT_TIMER_MS = 3_600_000;

/** Runs `action` after each join that took a seat. */
function afterJoin({ takeSeat }: Parts, action: (userId: string) => unknown): Pick<Parts, 'takeSeat'> {
  return {
    takeSeat: async (pool, seat, role) => {
      const taken = await takeSeat(pool, seat, role);
      if (taken.isNew) await action(seat.userId);
      return taken;
    },
  };
}

/** Each join adds a listener to the emitter that all rooms share. */
export function keepListeners(parts: Parts): Partial<Parts> {
  let rooms: EventEmitter | undefined;
  const listening = withSockets(parts, (io) => {
    rooms = io.of('/').adapter;
    // Node.js would print a warning at the 11th listener.
    rooms.setMaxListeners(0);
  });
  return { ...listening, ...afterJoin(parts, (userId) => rooms?.on('delete-room', () => userId)) };
}

/** Each join keeps this many bytes in the heap. */
export function keepMemory(parts: Parts, bytes: number): Partial<Parts> {
  const kept: string[] = [];
  // The text of a buffer is in the heap, with one byte for each character, and is not shared.
  return afterJoin(parts, () => kept.push(Buffer.alloc(bytes, 'x').toString('latin1')));
}

/** Each join starts a timer that nothing stops. */
export function keepTimers(parts: Parts): Partial<Parts> {
  return afterJoin(parts, (userId) => setInterval(() => userId, KEPT_TIMER_MS));
}

/** Each join opens a connection to a backend that nothing closes. The backend is in this process: two descriptors per join. */
export async function keepSockets(parts: Parts): Promise<Partial<Parts>> {
  const { port, hold } = await openBackend();
  return afterJoin(parts, () => hold(connect(port, '127.0.0.1')));
}

async function openBackend() {
  const kept: Socket[] = [];
  const hold = (socket: Socket) => {
    // A process without free descriptors must refuse this connection, and not end.
    socket.on('error', () => undefined);
    kept.push(socket);
  };
  const backend: Server = createServer(hold);
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  return { port: (backend.address() as AddressInfo).port, hold };
}

const OPEN_MEETING = `
  insert into meetings (title, host_id, status, started_at, max_participants, background_music_enabled, recording_enabled)
  values ('Kept rows', 'nobody', 'ended', now(), 1000, false, false) returning id`;

const KEEP_ROW = "insert into participants (meeting_id, user_id, role) values ($1, $2, 'listener')";

/**
 * Each join adds a row of a participant who is still in a meeting, which no leave and no end of a meeting removes. The
 * meeting of these rows is another one, so rosters and seats stay right.
 */
export async function keepRows(parts: Parts): Promise<Partial<Parts>> {
  let meetingId: Promise<string> | undefined;
  const open = async () => (await parts.pool.query<{ id: string }>(OPEN_MEETING)).rows[0]!.id;
  return afterJoin(parts, async () => {
    meetingId ??= open();
    await parts.pool.query(KEEP_ROW, [await meetingId, randomUUID()]);
  });
}
