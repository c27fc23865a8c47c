import { success } from '../../json-schema.ts';
import { control } from '../control.ts';
import { controlRequest, meetingId } from '../schemas.ts';
import { moveHand } from '../seats.ts';
import type { Dependencies, Routes } from './typed.ts';

export function controlRoutes(app: Routes, { pool, announce, limits }: Dependencies) {
  for (const [path, isRaised, event] of [
    ['raise', true, 'meeting:hand-raised'],
    ['lower', false, 'meeting:hand-lowered'],
  ] as const) {
    app.post(
      `/:id/hand/${path}`,
      {
        onRequest: limits.hand,
        schema: { summary: `${path} your hand`, params: meetingId, response: { 200: success() } },
      },
      async (request) => {
        const seat = { meetingId: request.params.id, userId: request.userId };
        if (await moveHand(pool, seat, isRaised)) announce(event, seat);
        return { success: true, message: isRaised ? 'Hand raised' : 'Hand lowered' };
      },
    );
  }

  app.post(
    '/:id/control',
    {
      onRequest: limits.control,
      schema: {
        summary: 'Mute, remove, promote or demote a participant, lock or unlock the meeting',
        params: meetingId,
        body: controlRequest,
        response: { 200: success() },
      },
    },
    async (request) => {
      const seat = { meetingId: request.params.id, userId: request.userId };
      return { success: true, message: await control({ pool, announce }, seat, request.body) };
    },
  );
}
