import type pg from 'pg';
import { type ErrorCode, ServiceError } from '../errors.ts';
import type { Participant, Role } from './schemas.ts';
import { PARTICIPANT, reasonForNoSeat } from './store.ts';

/** One user in one meeting. */
export type Seat = { meetingId: string; userId: string };

type Taken = { isNew: boolean; participant: Participant; agoraUid: number };

const TAKE = `
  select t.outcome, t.is_new as "isNew", (t.seat).agora_uid as "agoraUid", row_to_json(r) as participant
  from take_seat($1, $2, $3) t
  left join lateral (select ${PARTICIPANT} from (select (t.seat).*) p) r on t.outcome = 'OK'`;

/**
 * Returns the seat of the user in the meeting, or takes a free one. See 002-seats.sql for the rules.
 * @throws {ServiceError} MEETING_NOT_FOUND, MEETING_ENDED, MEETING_LOCKED, MEETING_FULL
 */
export async function takeSeat(pool: pg.Pool, { meetingId, userId }: Seat, role: Role): Promise<Taken> {
  const { rows } = await pool.query<Taken & { outcome: 'OK' | ErrorCode }>({
    name: 'take-seat',
    text: TAKE,
    values: [meetingId, userId, role],
  });
  const { outcome, ...taken } = rows[0]!;
  if (outcome !== 'OK') throw new ServiceError(outcome);
  return taken;
}

/** @returns whether the user had a seat. @throws {ServiceError} MEETING_NOT_FOUND */
export async function giveUpSeat(pool: pg.Pool, { meetingId, userId }: Seat): Promise<boolean> {
  const { rows } = await pool.query<{ was_seated: boolean }>({
    name: 'give-up-seat',
    text: 'select was_seated from give_up_seat($1, $2)',
    values: [meetingId, userId],
  });
  if (!rows[0]) throw new ServiceError('MEETING_NOT_FOUND');
  return rows[0].was_seated;
}

/**
 * Frees the seats of all users whose last socket closed longer ago than the grace.
 * @returns the freed seats
 */
export async function removeGhosts(pool: pg.Pool, graceMs: number): Promise<Seat[]> {
  // The order lets two simultaneous sweeps lock meetings in the same order.
  const { rows } = await pool.query<Seat>({
    name: 'remove-ghosts',
    text: `
      with bound as (select clock_timestamp() - make_interval(secs => $1 / 1000.0) as moment),
      ghosts as materialized (
        select p.meeting_id, p.user_id from participants p, bound
        where p.left_at is null and p.disconnected_at < bound.moment
        order by p.meeting_id, p.user_id limit 1000
      )
      select g.meeting_id as "meetingId", g.user_id as "userId"
      from ghosts g, bound, lateral give_up_seat(g.meeting_id, g.user_id, bound.moment) freed
      where freed.was_seated`,
    values: [graceMs],
  });
  return rows;
}

/** @returns whether the position of the hand changed. @throws {ServiceError} if the user has no seat */
export async function moveHand(
  pool: pg.Pool,
  { meetingId, userId }: Seat,
  isRaised: boolean,
): Promise<boolean> {
  const { rows } = await pool.query<{ was_raised: boolean }>({
    name: 'move-hand',
    text: `
      with before as (
        select id, is_hand_raised from participants
        where meeting_id = $1 and user_id = $2 and left_at is null for update
      )
      update participants p set is_hand_raised = $3 from before where p.id = before.id
      returning before.is_hand_raised as was_raised`,
    values: [meetingId, userId, isRaised],
  });
  if (!rows[0]) throw await reasonForNoSeat(pool, meetingId);
  return rows[0].was_raised !== isRaised;
}
