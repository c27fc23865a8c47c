import type { FastifyBaseLogger } from 'fastify';
import type { Server } from 'socket.io';
import { ServiceError } from '../errors.ts';
import { meetingIdOf, meetingRoom } from '../meetings/events.ts';
import { allowance } from './allowance.ts';
import { answer } from './answer.ts';
import { AudioRooms, type Member } from './audio-rooms.ts';
import { type AudioEvents, type AudioJoined, aboutMeeting, signal } from './messages.ts';
import type { UserSocket } from './server.ts';

/** The most people with audio in one meeting: each sends to each, 15 connections in all. */
const AUDIO_SEATS = 6;

/** Of one socket. Joining five others takes some thirty messages. */
const SIGNALS = { burst: 200, perSecond: 20 };

/**
 * The audio of small meetings: the browsers of its members send to each other, and the service only carries the
 * messages with which they find each other. Members are in the room of the meeting, and of the same meeting.
 */
export function openAudio({ io, log }: { io: Server; log: FastifyBaseLogger }) {
  const rooms = new AudioRooms<UserSocket>(AUDIO_SEATS);

  io.on('connection', (socket: UserSocket) => {
    const mayGoOn = allowance(SIGNALS);
    const { userId } = socket.data;
    const here = { socket, log };

    socket.on('meeting:audio-join', (message, ack) =>
      answer(here, { schema: aboutMeeting, action: bounded(join) }, message, ack),
    );
    socket.on('meeting:audio-leave', (message, ack) =>
      answer(here, { schema: aboutMeeting, action: bounded(leave) }, message, ack),
    );
    socket.on('meeting:signal', (message, ack) =>
      answer(here, { schema: signal, action: bounded(relay) }, message, ack),
    );

    function bounded<Message>(action: (message: Message) => object) {
      return (message: Message) => {
        if (!mayGoOn()) throw new ServiceError('TOO_MANY_SIGNALS');
        return action(message);
      };
    }

    function join({ meetingId }: { meetingId: string }): AudioJoined {
      if (!socket.rooms.has(meetingRoom(meetingId))) throw new ServiceError('NOT_PARTICIPANT');
      // Two tabs of one person would hear each other: the later one takes over.
      const before = rooms.membersOf(meetingId).find((member) => member.userId === userId);
      if (before) remove(meetingId, before);
      const peers = rooms.membersOf(meetingId).map(({ peerId, userId }) => ({ peerId, userId }));
      const added = rooms.add(meetingId, { userId, socket });
      if (!added) throw new ServiceError('AUDIO_FULL');
      return { meetingId, peerId: added.peerId, peers, limit: rooms.limit };
    }

    function leave({ meetingId }: { meetingId: string }) {
      const member = memberOf(meetingId, socket);
      if (member) remove(meetingId, member);
      return { meetingId };
    }

    function relay({ meetingId, to, ...content }: (typeof signal)['_output']) {
      const sender = memberOf(meetingId, socket);
      if (!sender) throw new ServiceError('NOT_IN_AUDIO');
      const receiver = rooms.find(meetingId, to);
      if (!receiver) throw new ServiceError('PARTICIPANT_NOT_FOUND');
      send(receiver, 'meeting:signal', { meetingId, userId, from: sender.peerId, ...content });
      return { meetingId };
    }
  });

  // Whatever ends somebody's time in the room of a meeting ends their audio: leaving, being removed, a lost connection.
  io.of('/').adapter.on('leave-room', (room: string, socketId: string) => {
    const meetingId = meetingIdOf(room);
    const member = meetingId && rooms.membersOf(meetingId).find(({ socket }) => socket.id === socketId);
    if (meetingId && member) remove(meetingId, member);
  });

  function memberOf(meetingId: string, socket: UserSocket) {
    return rooms.membersOf(meetingId).find((member) => member.socket === socket);
  }

  function remove(meetingId: string, member: Member<UserSocket>) {
    const { peerId, userId } = member;
    const everybody = rooms.membersOf(meetingId);
    rooms.remove(meetingId, peerId);
    for (const hearer of everybody) send(hearer, 'meeting:audio-left', { meetingId, userId, peerId });
  }
}

function send<Name extends keyof AudioEvents>(
  { socket }: Member<UserSocket>,
  name: Name,
  content: AudioEvents[Name],
) {
  socket.emit(name, content);
}
