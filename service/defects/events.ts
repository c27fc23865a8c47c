import type { Server } from 'socket.io';
import { meetingRoom, seatRoom } from '../meetings/events.ts';
import { chance, everyNth, type Parts } from './parts.ts';

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

/** The member with the lowest user id does not get the event, and no error reports it. */
export function loseOne({ deliver }: Parts, n: number): Partial<Parts> {
  const isDue = everyNth(n);
  return {
    deliver: (io, name, content) => {
      if (!isDue()) return deliver(io, name, content);
      const { meetingId } = content;
      const [unlucky = ''] = userIdsIn(io, meetingRoom(meetingId)).sort();
      const others = io.to(meetingRoom(meetingId)).except(seatRoom({ meetingId, userId: unlucky }));
      deliver(io, name, content, others);
    },
  };
}

export function deliverNothing(): Partial<Parts> {
  return { deliver: () => undefined };
}

/** Decides for each member of the room, so members miss different events. */
export function drop({ deliver }: Parts, percent: number): Partial<Parts> {
  const isDue = chance(percent);
  return {
    deliver: (io, name, content) => {
      for (const socket of socketsIn(io, meetingRoom(content.meetingId))) {
        if (!isDue()) deliver(io, name, content, socket);
      }
    },
  };
}

/** Sends to the members at the time of the event, and keeps the order of events. */
export function delay({ deliver }: Parts, delayMs: number): Partial<Parts> {
  return {
    deliver: (io, name, content) => {
      const audience = socketsIn(io, meetingRoom(content.meetingId));
      const send = () => {
        for (const socket of audience) deliver(io, name, content, socket);
      };
      setTimeout(send, delayMs).unref();
    },
  };
}

/** The socket of the participant leaves the room nevertheless. */
export function leaveSilently({ deliver }: Parts): Partial<Parts> {
  return {
    deliver: (io, name, ...more) => {
      if (name !== 'meeting:participant-left') deliver(io, name, ...more);
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
  return socketsIn(io, room).flatMap(({ data }) => data.userId ?? []);
}

function socketsIn(io: Server, room: string) {
  const { adapter, sockets } = io.of('/');
  return [...(adapter.rooms.get(room) ?? [])].flatMap((id) => sockets.get(id) ?? []);
}
