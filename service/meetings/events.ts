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

/** The meeting of a room; undefined for other rooms. */
export const meetingIdOf = (room: string) => /^meeting:(.+)$/.exec(room)?.[1];

/** The room with all sockets of one user in one meeting. */
export const seatRoom = ({ meetingId, userId }: About) => `seat:${meetingId}:${userId}`;

/** Sends an event to the room of its meeting, or only to the `audience`. */
export type Deliver = (
  io: Server,
  name: string,
  content: About & { timestamp: string },
  audience?: { emit(name: string, content: object): unknown },
) => void;

export const deliver: Deliver = (io, name, content, audience = io.to(meetingRoom(content.meetingId))) => {
  audience.emit(name, content);
};

/** Sends events to all users in the room, including the user who caused them. Call it after the change is committed. */
export function announcer(io: Server, deliver: Deliver): Announce {
  return (name, { meetingId, userId }, ...[content]) => {
    const timestamp = new Date().toISOString();
    deliver(io, name, { meetingId, userId, timestamp, ...content });
    // A user who has left gets this event as the last one.
    if (name === 'meeting:participant-left') {
      io.in(seatRoom({ meetingId, userId })).socketsLeave([
        meetingRoom(meetingId),
        seatRoom({ meetingId, userId }),
      ]);
    }
  };
}
