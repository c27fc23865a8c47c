import type { Server, Socket } from 'socket.io';
import { z } from 'zod';

const name = z.string().min(1).max(64);

const entry = z.object({ room: name, name: name.optional() });
const status = z.object({ element: z.enum(['hand', 'microphone', 'camera']), on: z.boolean() });
const speech = z.object({ text: z.string().min(1).max(2000) });

export type PeerSocket = Socket<
  Record<string, (...values: unknown[]) => void>,
  Record<string, (...values: unknown[]) => void>,
  Record<string, never>,
  { room?: string }
>;

/** Tells the other peers in the room of this one. */
export type TellOthers = (from: PeerSocket, room: string, event: string, content: object) => void;

export const tellOthers: TellOthers = (from, room, event, content) => {
  from.to(inside(room)).emit(event, content);
};

/** Names of rooms are chosen by clients, and Socket.IO has a room for each id of a socket. */
const inside = (room: string) => `room ${room}`;

/** A room is there as long as a peer is in it. Nothing is acknowledged: answers are events. */
export function serveRooms(io: Server, { seats, tell }: { seats: number; tell: TellOthers }): void {
  const peersIn = (room: string) => io.of('/').adapter.rooms.get(inside(room)) ?? new Set<string>();

  io.on('connection', (socket: PeerSocket) => {
    const problem = (about: string, code: string) => socket.emit('problem', { about, code });
    /** A message of the right shape; anything else is a problem of the sender. */
    const on = <Content>(event: string, schema: z.ZodType<Content>, act: (content: Content) => void) =>
      socket.on(event, (value) => {
        const read = schema.safeParse(value);
        if (read.success) act(read.data);
        else problem(event, 'bad-payload');
      });

    on('enter', entry, ({ room }) => {
      const { room: present } = socket.data;
      if (present !== undefined && present !== room) return problem('enter', 'already-in-a-room');
      if (present === undefined) {
        if (peersIn(room).size >= seats) return problem('enter', 'room-full');
        socket.data.room = room;
        void socket.join(inside(room));
        tell(socket, room, 'peer-in', { id: socket.id, room });
      }
      socket.emit('welcome', { room, peers: [...peersIn(room)] });
    });
    on('status', status, ({ element, on: isOn }) => {
      const { room } = socket.data;
      if (room === undefined) return problem('status', 'not-in-a-room');
      tell(socket, room, 'status', { id: socket.id, element, on: isOn });
    });
    on('say', speech, ({ text }) => {
      const { room } = socket.data;
      if (room === undefined) return problem('say', 'not-in-a-room');
      io.to(inside(room)).emit('said', { id: socket.id, text });
    });
    // The connection is the peer: without it there is no one who could come back.
    socket.on('disconnect', () => {
      const { room } = socket.data;
      if (room !== undefined) tell(socket, room, 'peer-out', { id: socket.id });
    });
  });
}
