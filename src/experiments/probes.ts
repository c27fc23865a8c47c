import { setTimeout as pause } from 'node:timers/promises';
import { ghostLifetimes } from '../checks/ghosts.ts';
import { NO_ROSTER } from '../checks/membership.ts';
import { counted } from '../kernel/figures.ts';
import type { Witness } from '../participants/witness.ts';
import type { Experiment, Probe } from './experiment.ts';
import type { People } from './people.ts';

/** The service serves the meeting, seen from the direct path. */
export function serves(people: People, meetingId: string): Probe {
  return {
    name: 'the service serves the meeting',
    tolerance: 'status active or scheduled',
    async ask() {
      const status = await people.status(meetingId);
      return { ok: status !== 'ended', value: status };
    },
  };
}

/** Every one of them is connected. */
export function connected(witnesses: readonly Witness[]): Probe {
  return {
    name: 'everybody is connected',
    tolerance: `${witnesses.length} of ${witnesses.length}`,
    async ask() {
      const count = witnesses.filter((witness) => witness.isWell).length;
      return { ok: count === witnesses.length, value: count };
    },
  };
}

/** Nobody is still on the way back: each has entered the room and taken the state over since its last connect. */
export function returned(witnesses: readonly Witness[]): Probe {
  return {
    name: 'everybody is back in the room',
    tolerance: `${witnesses.length} of ${witnesses.length}`,
    async ask() {
      const count = witnesses.filter((witness) => witness.isBack).length;
      return { ok: count === witnesses.length, value: count };
    },
  };
}

/** The roster has so many participants again, and no more. */
export function nobodyLeft(people: People, meetingId: string, count: number): Probe {
  return {
    name: 'only those who stay are in the roster',
    tolerance: counted(count, 'participant'),
    async ask() {
      const { roster } = await people.serviceState(meetingId);
      // Nothing can be waited for that is not reported.
      return { ok: roster === undefined || roster.length === count, value: roster?.length ?? NO_ROSTER };
    },
  };
}

/**
 * Waits until the room was told of everybody who vanished, or the time is up. A roster that is not reported cannot be
 * waited for: then these events alone say that a participant is gone.
 */
export async function ghostsAnnounced(
  { ledger }: Experiment,
  people: People,
  meetingId: string,
  withinMs: number,
): Promise<void> {
  if ((await people.serviceState(meetingId)).roster !== undefined) return;
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    if (ghostLifetimes(ledger.entries).every(({ ms }) => ms !== null)) return;
    await pause(100);
  }
}

/** Every view holds so many participants. Resolves to the views that do not when the time is up. */
export async function allSeeEachOther(
  witnesses: readonly Witness[],
  count: number,
  withinMs = 10_000,
): Promise<Witness[]> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const blind = witnesses.filter(({ view }) => view.roster !== undefined && view.roster.length !== count);
    if (blind.length === 0 || performance.now() > deadline) return blind;
    await pause(20);
  }
}
