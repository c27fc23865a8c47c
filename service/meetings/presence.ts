import type pg from 'pg';
import type { Seat } from './seats.ts';

/** Records that a socket of the user entered the room. @returns false if the user has no seat */
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

/** Records that the last socket of the user left the room, which starts the grace. */
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
 * Restarts the grace at a reconnect over HTTP. Without this, a sweep before the return of the socket could remove the
 * user. Only the socket ends the grace.
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
 * Records at the start that no user is connected, because no socket survives the last service on this database. Rooms
 * are in the memory of a process, so a database has one service at a time.
 */
export async function disconnectEverybody(pool: pg.Pool): Promise<void> {
  await pool.query(
    'update participants set is_connected = false, disconnected_at = clock_timestamp() where left_at is null and is_connected',
  );
}
