import { setTimeout as wait } from 'node:timers/promises';
import type { Parts } from './parts.ts';

/** Replaces the unique index, which prevents a second row, by an index for reads. */
const ALLOW_SECOND_ROWS = `
  drop index if exists participants_one_active_row;
  create index if not exists participants_active on participants (meeting_id, user_id) where left_at is null`;

const SECOND_ROW = 'insert into participants (meeting_id, user_id, role) values ($1, $2, $3)';

export async function addSecondRow({ pool, takeSeat }: Parts): Promise<Partial<Parts>> {
  await pool.query(ALLOW_SECOND_ROWS);
  return {
    takeSeat: async (pool, seat, role) => {
      const taken = await takeSeat(pool, seat, role);
      if (!taken.isNew) {
        await pool.query(SECOND_ROW, [seat.meetingId, seat.userId, taken.participant.role]);
      }
      return taken;
    },
  };
}

const FREE_SEAT = `
  select from meetings m where m.id = $1 and m.status = 'active' and not m.is_locked
  and (select count(*) from participants where meeting_id = m.id and left_at is null) < m.max_participants`;

const SIT_DOWN = `
  insert into participants (meeting_id, user_id, role)
  select id, who, case when host_id = who then 'host' when wish in ('host', 'co_host') then 'speaker' else wish end
  from meetings, (values ($2::text, $3::text)) as newcomer (who, wish) where id = $1 and status = 'active'
  on conflict do nothing`;

/**
 * Gives a seat to each user who saw a free one. Others use the right function, which finds the meeting full, locked or
 * ended.
 */
export function checkThenInsert({ takeSeat }: Parts, windowMs: number): Partial<Parts> {
  return {
    takeSeat: async (pool, seat, role) => {
      const { meetingId, userId } = seat;
      const sawFreeSeat = (await pool.query(FREE_SEAT, [meetingId])).rowCount === 1;
      await wait(windowMs);
      const satDown = sawFreeSeat && (await pool.query(SIT_DOWN, [meetingId, userId, role])).rowCount === 1;
      const taken = await takeSeat(pool, seat, role);
      return { ...taken, isNew: taken.isNew || satDown };
    },
  };
}

/** Lowers all hands at the start, like a service that keeps hands in memory. */
export async function forgetHands({ pool }: Parts): Promise<Partial<Parts>> {
  await pool.query('update participants set is_hand_raised = false where left_at is null');
  return {};
}
