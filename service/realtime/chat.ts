import type { FastifyBaseLogger } from 'fastify';
import type { Server } from 'socket.io';
import type { z } from 'zod';
import type { Allowance } from '../allowances.ts';
import { ServiceError } from '../errors.ts';
import { type Announce, meetingRoom } from '../meetings/events.ts';
import { allowance } from './allowance.ts';
import { answer } from './answer.ts';
import { chatMessage } from './messages.ts';
import type { UserSocket } from './server.ts';

/**
 * Sends chat messages to all users in the room of the meeting, including the sender. Messages are not stored, so users
 * who enter later do not get them.
 * @param options.limit the limit of messages of one socket; undefined means no limit
 */
export function openChat(options: {
  io: Server;
  announce: Announce;
  log: FastifyBaseLogger;
  limit: Allowance | undefined;
}) {
  const { io, announce, log, limit } = options;

  io.on('connection', (socket: UserSocket) => {
    const { userId } = socket.data;
    const mayGoOn = limit
      ? allowance({ burst: limit.max, perSecond: (1000 * limit.max) / limit.windowMs })
      : () => true;

    socket.on('chat:send', (message, ack) =>
      answer({ socket, log }, { schema: chatMessage, action: send }, message, ack),
    );

    function send({ meetingId, id, text }: z.infer<typeof chatMessage>) {
      if (!mayGoOn()) throw new ServiceError('TOO_MANY_MESSAGES');
      if (!socket.rooms.has(meetingRoom(meetingId))) throw new ServiceError('NOT_PARTICIPANT');
      announce('chat:message', { meetingId, userId }, { id, text });
      return { meetingId, id };
    }
  });
}
