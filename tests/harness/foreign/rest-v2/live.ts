import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { z } from 'zod';
import { LIMIT_BYTES } from '../foreign-service.ts';
import { Refused } from './refused.ts';
import { guestsOf, type Rooms } from './rooms.ts';
import type { ReadToken } from './tokens.ts';

const subscription = z.object({ room: z.uuid() });

type LiveSocket = Socket<
  Record<string, (...values: unknown[]) => void>,
  Record<string, (...values: unknown[]) => void>,
  Record<string, never>,
  { user: string }
>;

export const connectionsOf = (user: string) => `user:${user}`;

export function openLive(http: HttpServer, options: { pingMs: number; readToken: ReadToken }): Server {
  const io = new Server(http, {
    path: '/v2/live',
    serveClient: false,
    pingInterval: options.pingMs,
    pingTimeout: options.pingMs,
    maxHttpBufferSize: LIMIT_BYTES,
  });
  io.use((socket: LiveSocket, next) => {
    options.readToken(socket.handshake.auth.token).then(
      (user) => {
        socket.data.user = user;
        next();
      },
      (error: Refused) => next(Object.assign(new Error(error.code), { data: { code: error.code } })),
    );
  });
  return io;
}

/** Guests of a room may listen to it. */
export function serveRooms(io: Server, rooms: Rooms): void {
  io.on('connection', (socket: LiveSocket) => {
    const { user } = socket.data;
    void socket.join(connectionsOf(user));
    socket.on('room.subscribe', (message) => {
      const asked = subscription.safeParse(message);
      if (!asked.success) {
        socket.emit('room.refused', { room: null, code: 'BAD_MESSAGE' });
        return;
      }
      const { room: id } = asked.data;
      try {
        const room = rooms.find(id);
        rooms.listen(room, user, socket.id);
        void socket.join(id);
        socket.emit('room.subscribed', { room: id, guests: guestsOf(room) });
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        socket.emit('room.refused', { room: id, code: error.code });
      }
    });
    socket.on('disconnect', () => rooms.hangUp(user, socket.id));
  });
}
