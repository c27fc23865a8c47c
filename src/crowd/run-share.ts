import type { Journey, JourneyEnd } from '../journeys/journey.ts';
import type { Clock } from '../kernel/clock.ts';
import { UserError } from '../kernel/errors.ts';
import { LeaveRequest } from '../participants/leave-request.ts';
import type { Participant } from '../participants/participant.ts';
import { outcomeOfError } from '../request-context/failure.ts';
import type { Timings } from '../timings/timings.ts';
import type { GeneratorWatch } from './generator-watch.ts';
import { letIn } from './let-in.ts';
import { durationMs, type Schedule } from './schedules/index.ts';
import { Seats } from './seats.ts';
import type { Sessions } from './share-report.ts';

/** A participant that the share can end by force. */
export interface HostedParticipant extends Participant {
  close(): Promise<void>;
  /** A call of it failed because this machine had no port, descriptor or memory left: the service did not fail it. */
  readonly hitGeneratorLimit: boolean;
}

/** One arrival of this share. */
export interface Arrival {
  /** Counts the arrivals of the share from 0. */
  readonly index: number;
  /** The lowest number, from 0, that no other participant of the share has who is there. */
  readonly seat: number;
  readonly intendedAt: number;
  /** Comes when the participants shall leave, each at its own instant. */
  readonly leaveRequest: LeaveRequest;
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
  /** How long each has to leave once it is to, before its connections are closed. */
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

/**
 * Participants that are asked to leave begin to do so within this time, in ms: at the end of the run, and when it is
 * stopped. It is a pause between two actions, as a rule; those with longer pauses are spread over this time.
 */
const LEAVE_WITHIN_MS = { drain: 5000, stop: 2000 } as const;

/** Runs one share of a crowd from its first arrival until its last participant is gone. */
export async function runShare(options: RunShareOptions): Promise<void> {
  const { schedule, clock, startedAt, watch, timings, sessions, stopSignal, drainMs, leaveMs } = options;
  const leaveRequest = new LeaveRequest(clock);
  let leftBy = 0;
  const inside = new Set<HostedParticipant>();
  const begun = new Set<Promise<boolean>>();
  const seats = new Seats();
  const failures: unknown[] = [];
  const askToLeave = (withinMs: number) => {
    const now = clock.now();
    leftBy = leaveRequest.isAsked ? Math.min(leftBy, now + withinMs) : now + withinMs;
    timings.drainFrom(now);
    leaveRequest.ask(withinMs);
  };
  const stopped = () => askToLeave(LEAVE_WITHIN_MS.stop);
  if (stopSignal.aborted) stopped();
  else stopSignal.addEventListener('abort', stopped, { once: true });

  /** Answers whether it was a success. */
  const session = async (index: number, intendedAt: number): Promise<boolean> => {
    const now = clock.now();
    watch.arrivedLate(now - intendedAt);
    sessions.started += 1;
    timings.setUsers(timings.users + 1, now);
    const seat = seats.take();
    let participant: HostedParticipant | undefined;
    try {
      const admitted = await admission(() => options.admit({ index, seat, intendedAt, leaveRequest }));
      if (typeof admitted === 'string') return count('gave up: identity', admitted === 'generator limit');
      participant = admitted;
      inside.add(participant);
      const end = await options.journey(participant);
      return count(end, participant.hitGeneratorLimit);
    } finally {
      if (participant) inside.delete(participant);
      await participant?.close().catch((error: unknown) => failures.push(error));
      seats.free(seat);
      timings.setUsers(timings.users - 1, clock.now());
    }
  };
  const count = (end: JourneyEnd, hitGeneratorLimit: boolean): boolean => {
    const isCompleted = end === 'completed';
    if (leaveRequest.isAsked) sessions.cutShort += 1;
    else if (isCompleted) sessions.completed += 1;
    else if (hitGeneratorLimit) sessions.limited = (sessions.limited ?? 0) + 1;
    else {
      const step = end.slice('gave up: '.length);
      sessions.gaveUp[step] = (sessions.gaveUp[step] ?? 0) + 1;
    }
    return isCompleted;
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
        return false;
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
    askToLeave(LEAVE_WITHIN_MS.drain);
    // Asked to hurry meanwhile, they have less time.
    let isEmpty = false;
    for (
      let left = leftBy + leaveMs - clock.now();
      !isEmpty && left > 0;
      left = leftBy + leaveMs - clock.now()
    )
      isEmpty = await within(everyoneGone, clock, left, stopSignal.aborted ? undefined : stopSignal);
    if (!isEmpty) {
      await Promise.allSettled([...inside].map((participant) => participant.close()));
      await everyoneGone;
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** Or why nobody came in: the service, or its contract, lets nobody in any more, or a limit of this process does. */
async function admission(
  admit: () => Promise<HostedParticipant>,
): Promise<HostedParticipant | 'refused' | 'generator limit'> {
  try {
    return await admit();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return outcomeOfError(error.cause) === 'generator limit' ? 'generator limit' : 'refused';
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
