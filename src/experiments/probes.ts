import { setTimeout as pause } from 'node:timers/promises';
import { ghostLifetimes } from '../checks/ghosts.ts';
import { NO_ROSTER } from '../checks/membership.ts';
import { counted } from '../kernel/figures.ts';
import type { RecordedParticipant } from '../participants/recorded-participant.ts';
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

/** All of them are connected. */
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
      // A missing roster cannot be waited for.
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
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    if (ghostLifetimes(ledger.entries).every(({ ms }) => ms !== null)) return;
    await pause(100);
  }
}

/** Waits until every view holds this number of participants. Returns the participants whose view does not in time. */
export async function allSeeEachOther(
  participants: readonly RecordedParticipant[],
  count: number,
  withinMs = 10_000,
): Promise<RecordedParticipant[]> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const blind = participants.filter(
      ({ view }) => view.roster !== undefined && view.roster.length !== count,
    );
    if (blind.length === 0 || performance.now() > deadline) return blind;
    await pause(20);
  }
}
