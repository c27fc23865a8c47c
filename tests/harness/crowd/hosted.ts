import { GeneratorWatch } from '../../../src/crowd/generator-watch.ts';
import type { Levels } from '../../../src/crowd/levels/admit-levels.ts';
import type { Arrival, HostedParticipant } from '../../../src/crowd/open-sessions.ts';
import { runSlice } from '../../../src/crowd/run-slice.ts';
import type { Schedule } from '../../../src/crowd/schedules/index.ts';
import { noSessions } from '../../../src/crowd/slice-report.ts';
import type { Journey } from '../../../src/journeys/journey.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { VirtualClock } from '../kernel/virtual-clock.ts';

/** A participant that does nothing by itself, and counts how often it was closed. */
export interface Guest {
  readonly arrival: Arrival;
  closed: number;
  /** Aborts when the guest is closed, as calls in flight do. */
  readonly gone: AbortSignal;
}

export interface Hosting {
  readonly schedule: Schedule;
  readonly levels?: Levels;
  /** The actions of each guest; resolves with the end of its session. */
  journey(guest: Guest, clock: VirtualClock): ReturnType<Journey>;
  readonly drainMs?: number;
  readonly leaveMs?: number;
  admit?(arrival: Arrival): void;
  close?(guest: Guest): void;
}

/** Runs one slice in virtual time. */
export function host({ schedule, levels, journey, drainMs = 5000, leaveMs = 2000, admit, close }: Hosting) {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const sessions = noSessions();
  const timings = new Timings(0);
  const watch = new GeneratorWatch(0, 0);
  const guests: Guest[] = [];
  const guestOf = new Map<object, Guest>();
  const state = { endedAt: undefined as number | undefined };
  const done = runSlice({
    schedule,
    levels,
    clock,
    startedAt: 0,
    timings,
    watch,
    drainMs,
    leaveMs,
    stopSignal: stop.signal,
    sessions,
    journey: (participant) => journey(guestOf.get(participant)!, clock),
    async admit(arrival) {
      admit?.(arrival);
      const end = new AbortController();
      const guest: Guest = { arrival, closed: 0, gone: end.signal };
      guests.push(guest);
      const participant = {
        hitGeneratorLimit: false,
        async close() {
          guest.closed += 1;
          end.abort();
          close?.(guest);
        },
      } as unknown as HostedParticipant;
      guestOf.set(participant, guest);
      return participant;
    },
  }).finally(() => {
    state.endedAt = clock.now();
    watch.stop();
  });
  return { clock, stop, sessions, timings, guests, done, state };
}

/** A different number for each guest, evenly spread from 0 to 1: multiples of the golden ratio. */
function chance({ arrival }: Guest): number {
  return (arrival.index * 0.618034) % 1;
}

/** Waits until the instant, or ends early when the guest is asked to leave or closed. */
export async function stay(
  guest: Guest,
  clock: VirtualClock,
  ms: number,
): Promise<'stayed' | 'asked to leave' | 'closed'> {
  const due = clock.now() + ms;
  const isStaying = await guest.arrival.leaveRequest.pause(due, () => chance(guest), guest.gone);
  if (isStaying) return 'stayed';
  return guest.gone.aborted ? 'closed' : 'asked to leave';
}
