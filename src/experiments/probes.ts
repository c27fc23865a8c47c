import { ghostLifetimes } from '../checks/ghosts.ts';
import { NO_ROSTER } from '../checks/membership.ts';
import { counted } from '../kernel/figures.ts';
import type { RecordedParticipant } from '../participants/recorded-participant.ts';
import { askUntil } from './ask-until.ts';
import type { Cohort } from './cohort.ts';
import type { ExperimentRecord } from './experiment-record.ts';
import type { Probe } from './steady-state.ts';

/** The service serves the meeting, seen from the direct path. */
export function serves(cohort: Cohort, meetingId: string): Probe {
  return {
    name: 'the service serves the meeting',
    tolerance: 'status active or scheduled',
    async ask() {
      const status = await cohort.status(meetingId);
      return { ok: status !== 'ended', value: status };
    },
  };
}

/** All participants are connected, except those who have left. */
export function connected(participants: readonly RecordedParticipant[]): Probe {
  return allOf('all participants are connected', participants, (one) => one.isConnectedOrLeft);
}

/** Each participant has entered the room and read the state since its last connect. */
export function returned(participants: readonly RecordedParticipant[]): Probe {
  return allOf('all participants are back in the room', participants, (one) => one.isBack);
}

function allOf<One>(name: string, all: readonly One[], holds: (one: One) => boolean): Probe {
  return {
    name,
    tolerance: `${all.length} of ${all.length}`,
    async ask() {
      const count = all.filter(holds).length;
      return { ok: count === all.length, value: count };
    },
  };
}

/** The roster has this number of participants again, and no more. */
export function onlyThese(cohort: Cohort, meetingId: string, count: number): Probe {
  return {
    name: 'only those who stay are in the roster',
    tolerance: counted(count, 'participant'),
    async ask() {
      const { roster } = await cohort.serviceState(meetingId);
      // Without a roster, there is nothing to wait for.
      return { ok: roster === undefined || roster.length === count, value: roster?.length ?? NO_ROSTER };
    },
  };
}

/**
 * Waits until the room received the events of all vanished participants, or until the timeout. If the service reports
 * no roster, only these events show that a participant has left.
 */
export async function ghostsAnnounced(
  { ledger }: ExperimentRecord,
  cohort: Cohort,
  meetingId: string,
  withinMs: number,
): Promise<void> {
  if ((await cohort.serviceState(meetingId)).roster !== undefined) return;
  const areAnnounced = () => ghostLifetimes(ledger.entries).every(({ ms }) => ms !== null);
  await askUntil(areAnnounced, Boolean, { withinMs, everyMs: 100 });
}

/** Waits until every view holds this number of participants. Returns the participants whose view does not in time. */
export function allSeeEachOther(
  participants: readonly RecordedParticipant[],
  count: number,
): Promise<RecordedParticipant[]> {
  const blind = () =>
    participants.filter(({ view }) => view.roster !== undefined && view.roster.length !== count);
  return askUntil(blind, ({ length }) => length === 0, { withinMs: 10_000, everyMs: 20 });
}
