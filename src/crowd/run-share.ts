import { setMaxListeners } from 'node:events';
import type { Journey, JourneyEnd } from '../journeys/journey.ts';
import type { Clock } from '../kernel/clock.ts';
import { UserError } from '../kernel/errors.ts';
import type { Participant } from '../participants/participant.ts';
import type { Timings } from '../timings/timings.ts';
import type { GeneratorWatch } from './generator-watch.ts';
import { letIn } from './let-in.ts';
import { durationMs, type Schedule } from './schedules/index.ts';
import type { Sessions } from './share-report.ts';

/** A participant that the share can end by force. */
export interface HostedParticipant extends Participant {
  close(): Promise<void>;
}

/** One arrival of this share. */
export interface Arrival {
  /** Counts the arrivals of the share from 0. */
  readonly index: number;
  /** A number below the share's limit of users that nobody else who is there has. */
  readonly seat: number;
  readonly intendedAt: number;
  /** Aborts when the participant shall think no longer and leave. */
  readonly leaveSignal: AbortSignal;
}

export interface RunShareOptions {
  /** The share's own part of the schedule. */
  readonly schedule: Schedule;
  readonly journey: Journey;
  readonly clock: Clock;
  readonly startedAt: number;
  readonly timings: Timings;
  readonly watch: GeneratorWatch;
  /** How long sessions may go on after the last arrival before they are asked to leave. */
  readonly drainMs: number;
  /** How long they have to leave once they were asked, before their connections are closed. */
  readonly leaveMs: number;
  /** Aborts when the run is stopped: nobody arrives any more, everybody leaves. */
  readonly stopSignal: AbortSignal;
  readonly sessions: Sessions;
  /** A UserError: it could not become a participant, as where the service refuses its login. */
  admit(arrival: Arrival): Promise<HostedParticipant>;
}

export function noSessions(): Sessions {
  return { started: 0, completed: 0, gaveUp: {}, cutShort: 0, turnedAway: 0, dropped: 0 };
}

/** Runs one share of a crowd from its first arrival until its last participant is gone. */
export async function runShare(options: RunShareOptions): Promise<void> {
  const { schedule, clock, startedAt, watch, timings, sessions, stopSignal, drainMs, leaveMs } = options;
  const leaving = new AbortController();
  // Every participant that thinks listens to the one, every seat that waits for the next to the other.
  setMaxListeners(0, leaving.signal, stopSignal);
  const inside = new Set<HostedParticipant>();
  const begun = new Set<Promise<void>>();
  const freeSeats: number[] = [];
  let seats = 0;
  const failures: unknown[] = [];
  stopSignal.addEventListener('abort', () => leaving.abort(stopSignal.reason), { once: true });
  if (stopSignal.aborted) leaving.abort(stopSignal.reason);

  const session = async (index: number, intendedAt: number): Promise<void> => {
    watch.arrivedLate(clock.now() - intendedAt);
    sessions.started += 1;
    timings.users += 1;
    const seat = freeSeats.pop() ?? seats++;
    let participant: HostedParticipant | undefined;
    try {
      participant = await admitted(() =>
        options.admit({ index, seat, intendedAt, leaveSignal: leaving.signal }),
      );
      if (!participant) {
        count('gave up: identity');
        return;
      }
      inside.add(participant);
      count(await options.journey(participant));
    } finally {
      if (participant) inside.delete(participant);
      await participant?.close().catch((error: unknown) => failures.push(error));
      freeSeats.push(seat);
      timings.users -= 1;
    }
  };
  const count = (end: JourneyEnd) => {
    if (leaving.signal.aborted) sessions.cutShort += 1;
    else if (end === 'completed') sessions.completed += 1;
    else {
      const step = end.slice('gave up: '.length);
      sessions.gaveUp[step] = (sessions.gaveUp[step] ?? 0) + 1;
    }
  };

  await letIn({
    schedule,
    clock,
    startedAt,
    signal: stopSignal,
    begin(index, intendedAt) {
      const whole = session(index, intendedAt).catch((error: unknown) => {
        // A journey records what happens to it and does not throw: this is a defect of the journey or of ours.
        failures.push(error);
      });
      begun.add(whole);
      return whole.finally(() => begun.delete(whole));
    },
    full() {
      if (schedule.kind === 'sessions') sessions.turnedAway += 1;
      else sessions.dropped += 1;
    },
  });

  const everyoneGone = Promise.all(begun);
  const drainedAt = startedAt + durationMs(schedule) + drainMs;
  const drained = await within(everyoneGone, clock, drainedAt - clock.now(), stopSignal);
  if (!drained) {
    leaving.abort(new Error('the time to drain is over'));
    if (!(await within(everyoneGone, clock, leaveMs))) {
      await Promise.allSettled([...inside].map((participant) => participant.close()));
      await everyoneGone;
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** Undefined where the service, or its contract, lets nobody in any more. */
async function admitted(admit: () => Promise<HostedParticipant>): Promise<HostedParticipant | undefined> {
  try {
    return await admit();
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Whether it settles in time; the signal ends the wait early. */
async function within(
  done: Promise<unknown>,
  clock: Clock,
  ms: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const waiting = new AbortController();
  const over = AbortSignal.any(signal ? [waiting.signal, signal] : [waiting.signal]);
  const timeUp = clock.until(clock.now() + ms, over).then(
    () => false,
    () => false,
  );
  const result = await Promise.race([done.then(() => true), timeUp]);
  waiting.abort();
  return result;
}
