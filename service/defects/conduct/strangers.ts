import { type ErrorCode, ServiceError } from '../../errors.ts';
import { beforeCall, meetingFor, meetingIdIn, type Parts } from '../parts.ts';

/** Opens the room for users whom it would refuse with this code. */
export function admitInSpiteOf(code: ErrorCode) {
  return ({ admit }: Parts): Partial<Parts> => ({
    admit: async (pool, seat) => {
      try {
        await admit(pool, seat);
      } catch (error) {
        if (!(error instanceof ServiceError) || error.code !== code) throw error;
      }
    },
  });
}

/** Answers a reconnect to an ended meeting, or of a user who is not in the meeting, with success. */
export function resume(what: 'an ended meeting' | 'for strangers') {
  return ({ app, pool }: Parts): undefined => {
    beforeCall(app, 'POST /:id/reconnect', async (request, reply) => {
      const found = await meetingFor(pool, meetingIdIn(request));
      if (!found) return;
      const { participants, ...meeting } = found;
      const isOver = meeting.status === 'ended';
      const isIn = participants.some(({ userId }) => userId === request.userId);
      if (isOver !== (what === 'an ended meeting') || isIn) return;
      const participant = { meetingId: meeting.id, userId: request.userId, role: 'listener' };
      // Sends text, because the schema of the answer requires the row of a participant.
      const data = { meeting, participant, participants };
      return reply.type('application/json').serializer(JSON.stringify).send({ success: true, data });
    });
  };
}

/** Acts for the user in the body. */
export function believeBodyIn(call: string) {
  return ({ app }: Parts): undefined => {
    beforeCall(app, call, async (request) => {
      const { userId } = (request.body ?? {}) as { userId?: unknown };
      if (typeof userId === 'string') request.userId = userId;
    });
  };
}

/** Every user may do what the host of the meeting may do. */
export function controlAsHost({ app, pool }: Parts): undefined {
  beforeCall(app, 'POST /:id/control', async (request) => {
    const found = await meetingFor(pool, meetingIdIn(request));
    if (found) request.userId = found.hostId;
  });
}

/** Answers a call of a user without a seat with success, without effect. */
export function acknowledgeStrangers(call: string, data?: object) {
  return ({ app, pool }: Parts): undefined => {
    beforeCall(app, call, async (request, reply) => {
      const found = await meetingFor(pool, meetingIdIn(request));
      if (!found || found.participants.some(({ userId }) => userId === request.userId)) return;
      return reply.serializer(JSON.stringify).send({ success: true, message: 'Done', data });
    });
  };
}

/** Refuses the host of a full meeting like a new user. */
export function lockHostOut({ pool, takeSeat }: Parts): Partial<Parts> {
  return {
    takeSeat: async (used, seat, role) => {
      const found = await meetingFor(pool, seat.meetingId);
      const isFull = found && found.participants.length >= found.maxParticipants;
      if (isFull && found.hostId === seat.userId) throw new ServiceError('MEETING_FULL');
      return takeSeat(used, seat, role);
    },
  };
}
