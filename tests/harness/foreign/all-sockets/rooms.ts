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

/** Sends an event to the other peers in the room. */
export type TellOthers = (from: PeerSocket, room: string, event: string, content: object) => void;

export const tellOthers: TellOthers = (from, room, event, content) => {
  from.to(inside(room)).emit(event, content);
};

/** The prefix separates room names, which clients choose, from Socket.IO's own room for each socket id. */
const inside = (room: string) => `room ${room}`;

/** Serves rooms, which exist while a peer is in them. All answers are events, without acknowledgements. */
export function serveRooms(io: Server, { seats, tell }: { seats: number; tell: TellOthers }): void {
  const peersIn = (room: string) => io.of('/').adapter.rooms.get(inside(room)) ?? new Set<string>();

  io.on('connection', (socket: PeerSocket) => {
    const problem = (about: string, code: string) => socket.emit('problem', { about, code });
    /** Handles valid messages. Answers others with a problem. */
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
    // The socket is the peer's only identity, so a peer without a socket cannot return.
    socket.on('disconnect', () => {
      const { room } = socket.data;
      if (room !== undefined) tell(socket, room, 'peer-out', { id: socket.id });
    });
  });
}
