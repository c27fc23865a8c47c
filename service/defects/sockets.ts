import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Server } from 'socket.io';
import { meetingIdOf } from '../meetings/events.ts';
import type { Parts } from './parts.ts';

/** The token is checked before the delay, so a refused token is refused at once. */
export function slowDownConnecting({ onSockets }: Parts, delayMs: number): Partial<Parts> {
  return also(onSockets, (io) => {
    io.use((_socket, next) => void wait(delayMs).then(() => next()));
  });
}

/** Closes the transport, as a proxy does. The participant keeps the seat until the ghost sweep removes it. */
export function cutAfterEntry({ onSockets }: Parts, delayMs: number): Partial<Parts> {
  return also(onSockets, (io) => {
    const { adapter, sockets } = io.of('/');
    adapter.on('join-room', (room: string, socketId: string) => {
      if (meetingIdOf(room)) setTimeout(() => sockets.get(socketId)?.conn.close(), delayMs).unref();
    });
  });
}

export function welcomeWithoutPayload(parts: Parts): Partial<Parts> {
  return welcome(parts, () => []);
}

export function welcomeToAnotherMeeting(parts: Parts): Partial<Parts> {
  return welcome(parts, () => [{ meetingId: randomUUID() }]);
}

function welcome({ onSockets }: Parts, content: () => object[]): Partial<Parts> {
  return also(onSockets, (io) => {
    io.on('connection', (socket) => {
      const emit = socket.emit.bind(socket);
      socket.emit = (name: string, ...values: unknown[]) =>
        emit(name, ...(name === 'meeting:joined' ? content() : values));
    });
  });
}

function also(before: Parts['onSockets'], more: (io: Server) => void): Partial<Parts> {
  return {
    onSockets: (io) => {
      before(io);
      more(io);
    },
  };
}
