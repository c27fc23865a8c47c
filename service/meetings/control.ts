import type pg from 'pg';
import type { z } from 'zod';
import { ServiceError } from '../errors.ts';
import type { Announce } from './events.ts';
import type { controlRequest, Participant, Role } from './schemas.ts';
import { giveUpSeat, type Seat } from './seats.ts';
import { PARTICIPANT, reasonForNoSeat } from './store.ts';

type Request = z.infer<typeof controlRequest>;

const DONE = {
  mute: 'Muted',
  unmute: 'Unmuted',
  remove: 'Removed',
  promote: 'Promoted',
  demote: 'Demoted',
  lock: 'Locked',
  unlock: 'Unlocked',
};

/**
 * Performs a control action. Hosts may do everything. Co-hosts may not change roles or act on a host. Every participant
 * may mute and unmute themselves, which mute and unmute without a participantId mean.
 * @returns a word for the result, such as "Muted"
 */
export async function control(
  { pool, announce }: { pool: pg.Pool; announce: Announce },
  { meetingId, userId }: Seat,
  { action, participantId, role }: Request,
): Promise<string> {
  if (!isAction(action)) throw new ServiceError('INVALID_ACTION');
  const people = await seated(pool, meetingId, userId, participantId);
  const caller = people.find((person) => person.userId === userId);
  if (!caller) throw await reasonForNoSeat(pool, meetingId);

  if (action === 'lock' || action === 'unlock') {
    demand(isHostLike(caller));
    if (await setLocked(pool, meetingId, action === 'lock')) {
      announce(`meeting:${action}ed`, { meetingId, userId });
    }
    return DONE[action];
  }

  const isMuting = action === 'mute' || action === 'unmute';
  if (!participantId && !isMuting) throw new ServiceError('INVALID_ACTION');
  const target = participantId ? people.find((person) => person.id === participantId) : caller;
  const isChangeOfRole = action === 'promote' || action === 'demote';
  const isAllowed = isChangeOfRole
    ? caller.role === 'host'
    : isHostLike(caller) || (isMuting && target?.id === caller.id);
  demand(isAllowed);
  if (!target) throw new ServiceError('PARTICIPANT_NOT_FOUND');
  demand(caller.role === 'host' || target.role !== 'host' || target.id === caller.id);

  const seat = { meetingId, userId: target.userId };
  if (isMuting) {
    await change(pool, target.id, 'is_muted', action === 'mute');
  } else if (action === 'remove') {
    if (await giveUpSeat(pool, seat)) announce('meeting:participant-left', seat);
  } else {
    const newRole: Role = role ?? (action === 'promote' ? 'co_host' : 'listener');
    await change(pool, target.id, 'role', newRole);
    if (action === 'promote') announce('meeting:host-promoted', seat, { role: newRole });
  }
  return DONE[action];
}

function isAction(action: string): action is keyof typeof DONE {
  return Object.hasOwn(DONE, action);
}

function isHostLike({ role }: Participant) {
  return role === 'host' || role === 'co_host';
}

function demand(isAllowed: boolean) {
  if (!isAllowed) throw new ServiceError('INSUFFICIENT_PERMISSIONS');
}

/** The rows of the caller and of the named participant, if they are in the meeting. */
async function seated(pool: pg.Pool, meetingId: string, userId: string, participantId: string | undefined) {
  const { rows } = await pool.query<Participant>({
    name: 'caller-and-target',
    text: `
      select ${PARTICIPANT} from participants p
      where p.meeting_id = $1 and p.left_at is null and (p.user_id = $2 or p.id = $3)`,
    values: [meetingId, userId, participantId],
  });
  return rows;
}

async function setLocked(pool: pg.Pool, meetingId: string, isLocked: boolean): Promise<boolean> {
  const text = 'update meetings set is_locked = $2 where id = $1 and is_locked <> $2';
  const { rowCount } = await pool.query({ name: 'set-locked', text, values: [meetingId, isLocked] });
  return rowCount === 1;
}

async function change(pool: pg.Pool, participantId: string, column: 'is_muted' | 'role', value: unknown) {
  const text = `update participants set ${column} = $2 where id = $1 and left_at is null`;
  await pool.query({ name: `change-${column}`, text, values: [participantId, value] });
}
