import type { Server } from 'socket.io';
import { meetingRoom, seatRoom } from '../meetings/events.ts';
import { chance, everyNth, type Parts } from './parts.ts';

/** Sends every nth event twice, as a broker with at-least-once delivery does. */
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

/** Drops events for each member separately, so members miss different events. */
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

/** Sends no event for a leave. The socket of the participant still leaves the room. */
export function leaveSilently({ deliver }: Parts): Partial<Parts> {
  return {
    deliver: (io, name, ...more) => {
      if (name !== 'meeting:participant-left') deliver(io, name, ...more);
    },
  };
}

/** Applies every nth raised hand twice: two events with different times for one call. */
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
