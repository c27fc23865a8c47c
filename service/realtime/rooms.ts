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

/** Records that a socket of the user entered the room. @throws {ServiceError} if the user has no seat */
export async function admit(pool: pg.Pool, seat: Seat): Promise<void> {
  if (!(await noteConnected(pool, seat))) throw await reasonForNoSeat(pool, seat.meetingId);
}

/**
 * Lets sockets enter and leave the rooms of meetings, and records connections in the database until the returned
 * function is called. A shutdown disconnects all users, and the next start records that with one statement.
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
        // If the socket closed before the answer of the database, its `disconnect` did not include this meeting.
        if (!socket.connected) await noteDisconnected(pool, seat);
        else await socket.join([meetingRoom(meetingId), seatRoom(seat)]);
        return { meetingId };
      });
    }

    async function exit({ meetingId }: { meetingId: string }) {
      if (!entered.delete(meetingId)) return { meetingId };
      await socket.leave(meetingRoom(meetingId));
      await socket.leave(seatRoom({ meetingId, userId }));
      // A user who leaves the room but not the meeting becomes a ghost.
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
