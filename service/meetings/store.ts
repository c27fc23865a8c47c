import type pg from 'pg';
import type { z } from 'zod';
import { ServiceError } from '../errors.ts';
import type { Meeting, MeetingWithRoster, meetingFilter, newMeeting } from './schemas.ts';

const MEETING = `
  m.id, m.title, m.description, m.host_id as "hostId", m.status, m.max_participants as "maxParticipants",
  iso(m.scheduled_start) as "scheduledStart", iso(m.started_at) as "startedAt", iso(m.ended_at) as "endedAt",
  m.is_locked as "isLocked", m.background_music_enabled as "backgroundMusicEnabled",
  m.recording_enabled as "recordingEnabled", iso(m.created_at) as "createdAt"`;

/** The columns of a participant `p` in the form of the API. */
export const PARTICIPANT = `
  p.id, p.meeting_id as "meetingId", p.user_id as "userId", p.role, p.is_muted as "isMuted",
  p.is_hand_raised as "hasRaisedHand", p.is_connected as "isConnected", p.network->>'quality' as "networkQuality",
  iso(p.joined_at) as "joinedAt"`;

const COUNT = `
  (select count(*)::int from participants p where p.meeting_id = m.id and p.left_at is null) as "participantCount"`;

/** The roster as JSON from the database: one query and one value for any size. */
const ROSTER = `
  (select coalesce(json_agg(r), '[]') from (
     select ${PARTICIPANT} from participants p
     where p.meeting_id = m.id and p.left_at is null order by p.joined_at, p.id
   ) r) as participants`;

const CREATE = `
  with created as (
    insert into meetings (title, description, host_id, status, scheduled_start, started_at, max_participants,
                          background_music_enabled, recording_enabled)
    values ($1, $2, $3, case when $4::timestamptz > now() then 'scheduled' else 'active' end, $4,
            case when $4::timestamptz > now() then null else now() end, $5, $6, $7)
    returning id
  )
  insert into participants (meeting_id, user_id, role) select id, $3, 'host' from created
  returning meeting_id as id`;

/** Creates a meeting with its creator as the first participant, in one transaction. */
export async function createMeeting(pool: pg.Pool, hostId: string, meeting: z.infer<typeof newMeeting>) {
  const { title, description, scheduledStart, maxParticipants } = meeting;
  const { rows } = await pool.query<{ id: string }>({
    name: 'create-meeting',
    text: CREATE,
    values: [
      title,
      description,
      hostId,
      scheduledStart,
      maxParticipants,
      meeting.backgroundMusicEnabled,
      meeting.recordingEnabled,
    ],
  });
  return findMeetingWithRoster(pool, rows[0]!.id);
}

/** @throws {ServiceError} MEETING_NOT_FOUND */
export async function findMeeting(pool: pg.Pool, id: string): Promise<Meeting> {
  const text = `select ${MEETING}, ${COUNT} from meetings m where m.id = $1`;
  const { rows } = await pool.query<Meeting>({ name: 'find-meeting', text, values: [id] });
  if (!rows[0]) throw new ServiceError('MEETING_NOT_FOUND');
  return rows[0];
}

/** @throws {ServiceError} MEETING_NOT_FOUND */
export async function findMeetingWithRoster(pool: pg.Pool, id: string): Promise<MeetingWithRoster> {
  const text = `select ${MEETING}, ${ROSTER} from meetings m where m.id = $1`;
  const { rows } = await pool.query<Omit<MeetingWithRoster, 'participantCount'>>({
    name: 'find-meeting-with-roster',
    text,
    values: [id],
  });
  if (!rows[0]) throw new ServiceError('MEETING_NOT_FOUND');
  return { ...rows[0], participantCount: rows[0].participants.length };
}

/** Lists meetings, the newest first. */
export async function listMeetings(pool: pg.Pool, filter: z.infer<typeof meetingFilter>): Promise<Meeting[]> {
  const values: unknown[] = [filter.limit, filter.offset];
  const conditions = Object.entries({ status: filter.status, host_id: filter.hostId }).flatMap(
    ([column, value]) => (value === undefined ? [] : [`m.${column} = $${values.push(value)}`]),
  );
  const where = conditions.length ? `where ${conditions.join(' and ')}` : '';
  const order = 'order by m.created_at desc, m.id limit $1 offset $2';
  const { rows } = await pool.query<Meeting>(
    `select ${MEETING}, ${COUNT} from meetings m ${where} ${order}`,
    values,
  );
  return rows;
}

/**
 * The reason why a user has no seat in this meeting. Call it only for a user without a seat. An ended meeting has no
 * participants.
 */
export async function reasonForNoSeat(pool: pg.Pool, meetingId: string): Promise<ServiceError> {
  const { rows } = await pool.query<{ status: string }>({
    name: 'meeting-status',
    text: 'select status from meetings where id = $1',
    values: [meetingId],
  });
  if (!rows[0]) return new ServiceError('MEETING_NOT_FOUND');
  return new ServiceError(rows[0].status === 'ended' ? 'MEETING_ENDED' : 'NOT_PARTICIPANT');
}
