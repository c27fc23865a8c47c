import type { FastifyBaseLogger } from 'fastify';
import type pg from 'pg';
import type { Server } from 'socket.io';
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { meetingRoom, seatRoom } from '../meetings/events.ts';
import { noteConnected, noteDisconnected } from '../meetings/presence.ts';
import { reasonForNoSeat } from '../meetings/store.ts';
import { inTurn } from './in-turn.ts';
import type { UserSocket } from './server.ts';

const content = z.object({ meetingId: z.guid().transform((id) => id.toLowerCase()) });

/**
 * Lets sockets enter and leave the rooms of meetings, and notes in the database who is there, until the returned
 * function is called: a shutdown disconnects everybody, and the next start notes that with one statement.
 */
export function openRooms({ io, pool, log }: { io: Server; pool: pg.Pool; log: FastifyBaseLogger }) {
  const notes = inTurn();
  let isClosing = false;

  io.on('connection', (socket: UserSocket) => {
    const { userId } = socket.data;
    const entered = new Set<string>();

    socket.on('ping', () => socket.emit('pong'));
    socket.on('meeting:join', (message, ack) => answer(socket, 'meeting:joined', enter, message, ack));
    socket.on('meeting:leave', (message, ack) => answer(socket, 'meeting:left', exit, message, ack));
    socket.on('disconnect', () => {
      if (isClosing) return;
      for (const meetingId of entered) {
        noteIfGone(meetingId).catch((error) => log.error({ err: error }, 'a lost connection was not noted'));
      }
    });

    function enter(meetingId: string) {
      const seat = { meetingId, userId };
      return notes(seatRoom(seat), async () => {
        if (!(await noteConnected(pool, seat))) throw await reasonForNoSeat(pool, meetingId);
        entered.add(meetingId);
        // A socket that went while the database answered: its `disconnect` did not know of this meeting yet.
        if (!socket.connected) await noteDisconnected(pool, seat);
        else await socket.join([meetingRoom(meetingId), seatRoom(seat)]);
      });
    }

    async function exit(meetingId: string) {
      if (!entered.delete(meetingId)) return;
      await socket.leave(meetingRoom(meetingId));
      await socket.leave(seatRoom({ meetingId, userId }));
      // Who leaves the room and never leaves the meeting is a ghost like any other.
      await noteIfGone(meetingId);
    }

    function noteIfGone(meetingId: string) {
      const seat = { meetingId, userId };
      return notes(seatRoom(seat), async () => {
        const isStillThere = io.of('/').adapter.rooms.has(seatRoom(seat));
        if (!isStillThere) await noteDisconnected(pool, seat);
      });
    }
  });

  return () => {
    isClosing = true;
  };

  /** Answers with an event, as the contract says, and with the acknowledgement if the client asked for one. */
  async function answer(
    socket: UserSocket,
    event: string,
    action: (meetingId: string) => Promise<void>,
    message: unknown,
    ack: unknown,
  ) {
    const { data, success } = content.safeParse(message);
    try {
      if (!success) throw new ServiceError('VALIDATION_ERROR');
      await action(data.meetingId);
      reply(event, { meetingId: data.meetingId });
    } catch (error) {
      if (!(error instanceof ServiceError)) log.error({ err: error }, `${event} failed`);
      const { code, message } = error instanceof ServiceError ? error : new ServiceError('INTERNAL_ERROR');
      reply('meeting:error', { meetingId: data?.meetingId ?? null, error: code, message });
    }

    function reply(name: string, content: object) {
      socket.emit(name, content);
      if (typeof ack === 'function') ack(content);
    }
  }
}
