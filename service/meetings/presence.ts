import type pg from 'pg';
import type { Seat } from './seats.ts';

/** A socket of the user entered the room. @returns false when they have no seat in the meeting */
export async function noteConnected(pool: pg.Pool, { meetingId, userId }: Seat): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'note-connected',
    text: `
      update participants set is_connected = true, disconnected_at = null
      where meeting_id = $1 and user_id = $2 and left_at is null`,
    values: [meetingId, userId],
  });
  return Boolean(rowCount);
}

/** The last socket of the user is gone from the room: their grace begins. */
export async function noteDisconnected(pool: pg.Pool, { meetingId, userId }: Seat): Promise<void> {
  await pool.query({
    name: 'note-disconnected',
    text: `
      update participants set is_connected = false, disconnected_at = clock_timestamp()
      where meeting_id = $1 and user_id = $2 and left_at is null and is_connected`,
    values: [meetingId, userId],
  });
}

/**
 * A reconnect over HTTP comes just before the socket returns: without a new grace, the sweep between the two
 * would remove a user who is on the way back. Only the socket ends the grace.
 */
export async function renewGrace(pool: pg.Pool, { meetingId, userId }: Seat): Promise<void> {
  await pool.query({
    name: 'renew-grace',
    text: `
      update participants set disconnected_at = clock_timestamp()
      where meeting_id = $1 and user_id = $2 and left_at is null and disconnected_at is not null`,
    values: [meetingId, userId],
  });
}

/**
 * At start-up: no socket survived the last process that used this database. Rooms live in the memory of a process,
 * so a database serves one service at a time.
 */
export async function disconnectEverybody(pool: pg.Pool): Promise<void> {
  await pool.query(
    'update participants set is_connected = false, disconnected_at = clock_timestamp() where left_at is null and is_connected',
  );
}
