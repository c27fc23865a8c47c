import { ServiceError } from '../../errors.ts';
import { success } from '../../json-schema.ts';
import { mediaToken } from '../media-token.ts';
import { renewGrace } from '../presence.ts';
import { joined, joinRequest, meetingId, resumed } from '../schemas.ts';
import { giveUpSeat } from '../seats.ts';
import { findMeeting, findMeetingWithRoster } from '../store.ts';
import type { Dependencies, Routes } from './typed.ts';

export function seatRoutes(app: Routes, dependencies: Dependencies) {
  joinRoute(app, dependencies);
  leaveRoute(app, dependencies);
  reconnectRoute(app, dependencies);
}

function joinRoute(app: Routes, { pool, announce, takeSeat, limits, mediaSecret }: Dependencies) {
  app.post(
    '/:id/join',
    {
      onRequest: limits.join,
      schema: {
        summary: 'Join the meeting; a repeated join changes nothing',
        description:
          'A request for the role host or co_host grants speaker, because only a host can grant these roles.',
        params: meetingId,
        body: joinRequest,
        response: { 200: success(joined) },
      },
    },
    async (request) => {
      const seat = { meetingId: request.params.id, userId: request.userId };
      const { isNew, participant, agoraUid } = await takeSeat(pool, seat, request.body?.role ?? 'listener');
      if (isNew) announce('meeting:participant-joined', seat, { participant });
      const agoraToken = mediaToken(mediaSecret, seat.meetingId, agoraUid);
      const meeting = await findMeeting(pool, seat.meetingId);
      return { success: true, data: { meeting, participant, agoraToken, agoraUid } };
    },
  );
}

function leaveRoute(app: Routes, { pool, announce, limits }: Dependencies) {
  app.post(
    '/:id/leave',
    {
      onRequest: limits.leave,
      schema: {
        summary:
          'Leave the meeting; also succeeds for a user who is not in it. The last leave ends the meeting',
        params: meetingId,
        response: { 200: success() },
      },
    },
    async (request) => {
      const seat = { meetingId: request.params.id, userId: request.userId };
      if (await giveUpSeat(pool, seat)) announce('meeting:participant-left', seat);
      return { success: true, message: 'Left the meeting' };
    },
  );
}

function reconnectRoute(app: Routes, { pool, announce, limits }: Dependencies) {
  app.post(
    '/:id/reconnect',
    {
      onRequest: limits.join,
      schema: {
        summary: 'The full state of the meeting, for a user who is still in it',
        description:
          'A user whom a host or a long disconnect has removed must join again, because only a join checks for a free ' +
          'seat and a lock.',
        params: meetingId,
        response: { 200: success(resumed) },
      },
    },
    async (request) => {
      const seat = { meetingId: request.params.id, userId: request.userId };
      await renewGrace(pool, seat);
      const { participants, ...meeting } = await findMeetingWithRoster(pool, seat.meetingId);
      if (meeting.status === 'ended') throw new ServiceError('MEETING_ENDED');
      const participant = participants.find(({ userId }) => userId === seat.userId);
      if (!participant) throw new ServiceError('NOT_PARTICIPANT');
      announce('meeting:participant-reconnected', seat);
      // The reference service has no music and no recordings.
      const [musicState, recordingState] = [{ isPlaying: false }, { isRecording: false }];
      return { success: true, data: { meeting, participant, musicState, recordingState, participants } };
    },
  );
}
