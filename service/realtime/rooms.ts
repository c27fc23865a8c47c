import type { FastifyBaseLogger } from 'fastify';
import type pg from 'pg';
import type { Server } from 'socket.io';
import { meetingRoom, seatRoom } from '../meetings/events.ts';
import { noteConnected, noteDisconnected } from '../meetings/presence.ts';
import type { Seat } from '../meetings/seats.ts';
import { reasonForNoSeat } from '../meetings/store.ts';
import { answer } from './answer.ts';
import { inTurn } from './in-turn.ts';
import { aboutMeeting } from './messages.ts';
import type { UserSocket } from './server.ts';

/** Notes that a socket of the user is there. @throws {ServiceError} when the user has no seat in the meeting */
export async function admit(pool: pg.Pool, seat: Seat): Promise<void> {
  if (!(await noteConnected(pool, seat))) throw await reasonForNoSeat(pool, seat.meetingId);
}

/**
 * Lets sockets enter and leave the rooms of meetings, and notes in the database who is there, until the returned
 * function is called: a shutdown disconnects everybody, and the next start notes that with one statement.
 */
export function openRooms(options: {
  io: Server;
  pool: pg.Pool;
  admit: (pool: pg.Pool, seat: Seat) => Promise<void>;
  log: FastifyBaseLogger;
}) {
  const { io, pool, admit, log } = options;
  const notes = inTurn();
  let isClosing = false;

  io.on('connection', (socket: UserSocket) => {
    const { userId } = socket.data;
    const here = { socket, log };
    const entered = new Set<string>();

    socket.on('ping', () => socket.emit('pong'));
    socket.on('meeting:join', (message, ack) =>
      answer(here, { schema: aboutMeeting, action: enter, event: 'meeting:joined' }, message, ack),
    );
    socket.on('meeting:leave', (message, ack) =>
      answer(here, { schema: aboutMeeting, action: exit, event: 'meeting:left' }, message, ack),
    );
    socket.on('disconnect', () => {
      if (isClosing) return;
      for (const meetingId of entered) {
        noteIfGone(meetingId).catch((error) => log.error({ err: error }, 'a lost connection was not noted'));
      }
    });

    function enter({ meetingId }: { meetingId: string }) {
      const seat = { meetingId, userId };
      return notes(seatRoom(seat), async () => {
        await admit(pool, seat);
        entered.add(meetingId);
        // A socket that went while the database answered: its `disconnect` did not know of this meeting yet.
        if (!socket.connected) await noteDisconnected(pool, seat);
        else await socket.join([meetingRoom(meetingId), seatRoom(seat)]);
        return { meetingId };
      });
    }

    async function exit({ meetingId }: { meetingId: string }) {
      if (!entered.delete(meetingId)) return { meetingId };
      await socket.leave(meetingRoom(meetingId));
      await socket.leave(seatRoom({ meetingId, userId }));
      // A user who leaves the room and never leaves the meeting is a ghost like any other.
      await noteIfGone(meetingId);
      return { meetingId };
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
}
