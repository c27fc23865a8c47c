import type { Server } from 'socket.io';
import { meetingRoom, seatRoom } from '../meetings/events.ts';
import { everyNth, type Parts } from './parts.ts';

/** The very same event again, as from a broker that delivers at least once. */
export function repeat({ deliver }: Parts, n: number): Partial<Parts> {
  const isDue = everyNth(n);
  return {
    deliver: (io, name, content) => {
      deliver(io, name, content);
      if (isDue()) deliver(io, name, content);
    },
  };
}

/** The member with the lowest user id hears nothing, and nobody says so. */
export function loseOne({ deliver }: Parts, n: number): Partial<Parts> {
  const isDue = everyNth(n);
  return {
    deliver: (io, name, content) => {
      if (!isDue()) return deliver(io, name, content);
      const { meetingId } = content;
      const [unlucky = ''] = userIdsIn(io, meetingRoom(meetingId)).sort();
      io.to(meetingRoom(meetingId))
        .except(seatRoom({ meetingId, userId: unlucky }))
        .emit(name, content);
    },
  };
}

/** Applied twice, which is not delivered twice: two events of different times for one call. */
export function repeatRaise({ deliver }: Parts, n: number): Partial<Parts> {
  const isDue = everyNth(n);
  return {
    deliver: (io, name, content) => {
      deliver(io, name, content);
      if (name !== 'meeting:hand-raised' || !isDue()) return;
      const timestamp = new Date(Date.parse(content.timestamp) + 1).toISOString();
      deliver(io, name, { ...content, timestamp });
    },
  };
}

function userIdsIn(io: Server, room: string): string[] {
  const { adapter, sockets } = io.of('/');
  return [...(adapter.rooms.get(room) ?? [])].flatMap((id) => sockets.get(id)?.data.userId ?? []);
}
