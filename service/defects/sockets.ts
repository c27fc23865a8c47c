import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { meetingIdOf } from '../meetings/events.ts';
import { type Parts, withSockets } from './parts.ts';

/** Delays the connection after the check of the token, so a bad token is refused at once. */
export function slowDownConnecting(parts: Parts, delayMs: number): Partial<Parts> {
  return withSockets(parts, (io) => {
    io.use((_socket, next) => void wait(delayMs).then(() => next()));
  });
}

/** Closes the transport, as a proxy does. The participant keeps the seat until the ghost sweep removes it. */
export function cutAfterEntry(parts: Parts, delayMs: number): Partial<Parts> {
  return withSockets(parts, (io) => {
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

function welcome(parts: Parts, content: () => object[]): Partial<Parts> {
  return withSockets(parts, (io) => {
    io.on('connection', (socket) => {
      const emit = socket.emit.bind(socket);
      socket.emit = (name: string, ...values: unknown[]) =>
        emit(name, ...(name === 'meeting:joined' ? content() : values));
    });
  });
}
