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
        summary: 'Take part; joining twice changes nothing',
        description: 'The role is a wish: host and co_host are given by a host, so others become speaker.',
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
          'Leave. A user who is not in the meeting has left already; the last participant to leave ends it',
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
        summary: 'The full state to resume from, for a user who is still in the meeting',
        description:
          'A user who was removed meanwhile, by a host or because the connection was gone for too long, is no ' +
          'participant any more and joins again: the checks of a join, such as a free seat, are made in one place.',
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
      // This reference plays no music and records nothing.
      const [musicState, recordingState] = [{ isPlaying: false }, { isRecording: false }];
      return { success: true, data: { meeting, participant, musicState, recordingState, participants } };
    },
  );
}
