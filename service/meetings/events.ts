import type { Server } from 'socket.io';
import type { RoomEvents } from './room-events.ts';

type About = { meetingId: string; userId: string };

export type Announce = <Name extends keyof RoomEvents>(
  name: Name,
  about: About,
  ...more: Extra<RoomEvents[Name]>
) => void;
type Extra<Content> = object extends Content ? [] : [content: Content];

/** The room that gets the events of a meeting. */
export const meetingRoom = (meetingId: string) => `meeting:${meetingId}`;

/** The way back; undefined for other rooms. */
export const meetingIdOf = (room: string) => /^meeting:(.+)$/.exec(room)?.[1];

/** The sockets with which one user is in one meeting. */
export const seatRoom = ({ meetingId, userId }: About) => `seat:${meetingId}:${userId}`;

/** Sends an event to the room of its meeting, or to the `audience` alone. */
export type Deliver = (
  io: Server,
  name: string,
  content: About & { timestamp: string },
  audience?: { emit(name: string, content: object): unknown },
) => void;

export const deliver: Deliver = (io, name, content, audience = io.to(meetingRoom(content.meetingId))) => {
  audience.emit(name, content);
};

/** Sends to everybody in the room, also to the user who caused the event. Call it after the change is committed. */
export function announcer(io: Server, deliver: Deliver): Announce {
  return (name, { meetingId, userId }, ...[content]) => {
    const timestamp = new Date().toISOString();
    deliver(io, name, { meetingId, userId, timestamp, ...content });
    // A user who has left gets this event, and no further one.
    if (name === 'meeting:participant-left') {
      io.in(seatRoom({ meetingId, userId })).socketsLeave([
        meetingRoom(meetingId),
        seatRoom({ meetingId, userId }),
      ]);
    }
  };
}
