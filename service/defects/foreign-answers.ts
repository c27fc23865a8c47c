import { randomUUID } from 'node:crypto';
import { isCall, type Parts } from './parts.ts';

type Data = { id?: string; meeting?: object; participant?: object };

/** Changes the data in the successful answers of one call. */
function answering(call: string, change: (data: Data) => object) {
  return ({ app }: Parts): undefined => {
    app.addHook('preSerialization', async (request, reply, payload) => {
      const answer = payload as { success: boolean; data: Data };
      if (!isCall(request, call) || !answer.success) return payload;
      // The serialiser of the route throws if a field of the right answer is missing.
      reply.serializer(JSON.stringify);
      return { ...answer, data: change(answer.data) };
    });
  };
}

const ofAnotherUser = (data: Data) => ({
  ...data,
  participant: { ...data.participant, id: randomUUID(), userId: randomUUID() },
});

export const joinAnotherMeeting = answering('POST /:id/join', (data) => {
  const meetingId = randomUUID();
  return {
    ...data,
    meeting: { ...data.meeting, id: meetingId },
    participant: { ...data.participant, meetingId },
  };
});

export const joinAsAnotherUser = answering('POST /:id/join', ofAnotherUser);

export const joinWithoutData = answering('POST /:id/join', () => ({}));

export const getAnotherMeeting = answering('GET /:id', (data) => ({ ...data, id: randomUUID() }));

export const resumeAsAnotherUser = answering('POST /:id/reconnect', ofAnotherUser);
