import { setTimeout as pause } from 'node:timers/promises';
import { counted } from '../kernel/figures.ts';
import type { Witness } from '../participants/witness.ts';
import type { Probe } from './experiment.ts';
import type { People } from './people.ts';

/** The service serves the meeting, seen from the direct path. */
export function serves(people: People, meetingId: string): Probe {
  return {
    name: 'the service serves the meeting',
    tolerance: 'status active or scheduled',
    async ask() {
      const { status } = await people.serviceState(meetingId);
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
      const count = witnesses.filter((witness) => witness.isConnected).length;
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
      return { ok: roster.length === count, value: roster.length };
    },
  };
}

/** Every view holds so many participants. Resolves to the views that do not when the time is up. */
export async function allSeeEachOther(
  witnesses: readonly Witness[],
  count: number,
  withinMs = 10_000,
): Promise<Witness[]> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const blind = witnesses.filter(({ view }) => view.roster.length !== count);
    if (blind.length === 0 || performance.now() > deadline) return blind;
    await pause(20);
  }
}
