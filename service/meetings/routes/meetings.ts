import { z } from 'zod';
import { success } from '../../json-schema.ts';
import { meeting, meetingFilter, meetingId, meetingWithRoster, newMeeting } from '../schemas.ts';
import { createMeeting, findMeetingWithRoster, listMeetings } from '../store.ts';
import type { Dependencies, Routes } from './typed.ts';

export function meetingRoutes(app: Routes, { pool, limits }: Dependencies) {
  app.post(
    '',
    {
      onRequest: limits.create,
      schema: {
        summary: 'Create a meeting; its creator is the first participant, as host',
        body: newMeeting,
        response: { 201: success(meetingWithRoster) },
      },
    },
    async (request, reply) => {
      const data = await createMeeting(pool, request.userId, request.body);
      return reply.code(201).send({ success: true, data });
    },
  );

  app.get(
    '',
    {
      onRequest: limits.list,
      schema: {
        summary: 'List meetings, the newest first; count is the length of this page',
        querystring: meetingFilter,
        response: { 200: success(z.array(meeting), { count: z.int() }) },
      },
    },
    async (request) => {
      const data = await listMeetings(pool, request.query);
      return { success: true, data, count: data.length };
    },
  );

  app.get(
    '/:id',
    {
      onRequest: limits.read,
      schema: {
        summary: 'One meeting with its participants',
        params: meetingId,
        response: { 200: success(meetingWithRoster) },
      },
    },
    async (request) => ({ success: true, data: await findMeetingWithRoster(pool, request.params.id) }),
  );
}
