import type pg from 'pg';
import type { NetworkReport } from './schemas.ts';
import type { Seat } from './seats.ts';
import { reasonForNoSeat } from './store.ts';

/** Saves the report of a participant. @throws {ServiceError} if the user has no seat */
export async function saveReport(pool: pg.Pool, { meetingId, userId }: Seat, report: NetworkReport) {
  const { rowCount } = await pool.query({
    name: 'save-network-report',
    text: 'update participants set network = $3 where meeting_id = $1 and user_id = $2 and left_at is null',
    values: [meetingId, userId, JSON.stringify(report)],
  });
  if (!rowCount) throw await reasonForNoSeat(pool, meetingId);
}

/** @returns undefined before the first report. @throws {ServiceError} if the user has no seat */
export async function lastReport(
  pool: pg.Pool,
  { meetingId, userId }: Seat,
): Promise<NetworkReport | undefined> {
  const { rows } = await pool.query<{ network: NetworkReport | null }>({
    name: 'last-network-report',
    text: 'select network from participants where meeting_id = $1 and user_id = $2 and left_at is null',
    values: [meetingId, userId],
  });
  if (!rows[0]) throw await reasonForNoSeat(pool, meetingId);
  return rows[0].network ?? undefined;
}
