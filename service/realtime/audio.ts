import type { FastifyBaseLogger } from 'fastify';
import type { Server } from 'socket.io';
import type { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { meetingIdOf, meetingRoom } from '../meetings/events.ts';
import { allowance } from './allowance.ts';
import { answer } from './answer.ts';
import { AudioRooms, type Member } from './audio-rooms.ts';
import { type AudioEvents, type AudioJoined, aboutMeeting, signal } from './messages.ts';
import type { UserSocket } from './server.ts';

/** The most users with audio in one meeting. Each sends to all others, so there are 15 connections. */
const AUDIO_SEATS = 6;

/** The limit of signals of one socket. A connection to five others needs about thirty messages. */
const SIGNALS = { burst: 200, perSecond: 20 };

/**
 * The audio of small meetings. The browsers send audio to each other, and the service only relays their signals. Both
 * ends of a signal must be in the room of the same meeting.
 */
export function openAudio({ io, log }: { io: Server; log: FastifyBaseLogger }) {
  const rooms = new AudioRooms<UserSocket>(AUDIO_SEATS);

  io.on('connection', (socket: UserSocket) => {
    const mayGoOn = allowance(SIGNALS);
    const on = <Message extends About>(name: string, schema: z.ZodType<Message>, act: Act<Message>) =>
      socket.on(name, (message, ack) => {
        const action = (valid: Message) => {
          if (!mayGoOn()) throw new ServiceError('TOO_MANY_SIGNALS');
          return act(rooms, socket, valid);
        };
        return answer({ socket, log }, { schema, action }, message, ack);
      });
    on('meeting:audio-join', aboutMeeting, join);
    on('meeting:audio-leave', aboutMeeting, leave);
    on('meeting:signal', signal, relay);
  });

  // A user's audio ends when the user leaves the room for any reason, such as a lost connection.
  io.of('/').adapter.on('leave-room', (room: string, socketId: string) => {
    const meetingId = meetingIdOf(room);
    const member = meetingId && rooms.membersOf(meetingId).find(({ socket }) => socket.id === socketId);
    if (meetingId && member) remove(rooms, meetingId, member);
  });
}

type About = { meetingId: string };
type Rooms = AudioRooms<UserSocket>;
/** @returns the answer. @throws {ServiceError} for a refusal */
type Act<Message> = (rooms: Rooms, socket: UserSocket, message: Message) => object;

function join(rooms: Rooms, socket: UserSocket, { meetingId }: About): AudioJoined {
  const { userId } = socket.data;
  if (!socket.rooms.has(meetingRoom(meetingId))) throw new ServiceError('NOT_PARTICIPANT');
  // Two tabs of one user would hear each other, so the later tab takes over.
  const before = rooms.membersOf(meetingId).find((member) => member.userId === userId);
  if (before) remove(rooms, meetingId, before);
  const peers = rooms.membersOf(meetingId).map(({ peerId, userId }) => ({ peerId, userId }));
  const added = rooms.add(meetingId, { userId, socket });
  if (!added) throw new ServiceError('AUDIO_FULL');
  return { meetingId, peerId: added.peerId, peers, limit: rooms.limit };
}

function leave(rooms: Rooms, socket: UserSocket, { meetingId }: About) {
  const member = memberOf(rooms, meetingId, socket);
  if (member) remove(rooms, meetingId, member);
  return { meetingId };
}

function relay(rooms: Rooms, socket: UserSocket, { meetingId, to, ...content }: z.infer<typeof signal>) {
  const sender = memberOf(rooms, meetingId, socket);
  if (!sender) throw new ServiceError('NOT_IN_AUDIO');
  const receiver = rooms.find(meetingId, to);
  if (!receiver) throw new ServiceError('PARTICIPANT_NOT_FOUND');
  const { userId } = socket.data;
  send(receiver, 'meeting:signal', { meetingId, userId, from: sender.peerId, ...content });
  return { meetingId };
}

function memberOf(rooms: Rooms, meetingId: string, socket: UserSocket) {
  return rooms.membersOf(meetingId).find((member) => member.socket === socket);
}

function remove(rooms: Rooms, meetingId: string, { peerId, userId }: Member<UserSocket>) {
  const hearers = rooms.membersOf(meetingId);
  rooms.remove(meetingId, peerId);
  for (const hearer of hearers) send(hearer, 'meeting:audio-left', { meetingId, userId, peerId });
}

function send<Name extends keyof AudioEvents>(
  { socket }: Member<UserSocket>,
  name: Name,
  content: AudioEvents[Name],
) {
  socket.emit(name, content);
}
