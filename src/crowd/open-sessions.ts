import type { Journey, JourneyEnd } from '../journeys/journey.ts';
import type { Clock } from '../kernel/clock.ts';
import { UserError } from '../kernel/errors.ts';
import { LeaveRequest } from '../participants/leave-request.ts';
import type { Participant } from '../participants/participant.ts';
import { outcomeOfError } from '../request-context/failure.ts';
import type { Timings } from '../timings/timings.ts';
import type { GeneratorWatch } from './generator-watch.ts';
import type { Levels } from './levels/admit-levels.ts';
import type { Schedule } from './schedules/index.ts';
import type { Sessions } from './slice-report.ts';

/** A participant that the slice can end by force. */
export interface HostedParticipant extends Participant {
  close(): Promise<void>;
  /** Whether a call failed because this machine, not the service, had no port, descriptor or memory left. */
  readonly hitGeneratorLimit: boolean;
}

/** One arrival of this slice. */
export interface Arrival {
  /** Counts the arrivals of the slice from 0. */
  readonly index: number;
  /** The lowest number, from 0, that no other active participant of the slice has. */
  readonly seat: number;
  readonly intendedAt: number;
  /** Fires when the participants should leave, each at its own instant. */
  readonly leaveRequest: LeaveRequest;
}

export interface SliceRunOptions {
  /** The slice's own part of the schedule. */
  readonly schedule: Schedule;
  /** Decided while the crowd runs, instead of the schedule. */
  readonly levels?: Levels | undefined;
  readonly journey: Journey;
  readonly clock: Clock;
  readonly startedAt: number;
  readonly timings: Timings;
  readonly watch: GeneratorWatch;
  /** How long sessions may continue after the last arrival before they are asked to leave. */
  readonly drainMs: number;
  /** The time that each participant has to leave after the request, before its connections are closed. */
  readonly leaveMs: number;
  /** Aborts when the run is stopped: no further participant arrives, and all leave. */
  readonly stopSignal: AbortSignal;
  readonly sessions: Sessions;
  /** Throws a UserError if the session gets no participant, for example because the service refuses its login. */
  admit(arrival: Arrival): Promise<HostedParticipant>;
}

/** Participants that are asked to leave together. */
interface Group {
  readonly leaveRequest: LeaveRequest;
  readonly inside: Set<HostedParticipant>;
}

/** The active sessions of one slice: each is one participant, from its arrival to its end. */
export class OpenSessions {
  readonly #options: SliceRunOptions;
  /** New participants belong to the last group. The others were asked to leave. */
  readonly #groups: [...Group[], Group];
  readonly #begun = new Set<Promise<boolean>>();
  readonly #seats = new Seats();
  readonly #failures: unknown[] = [];
  #leftBy = 0;

  constructor(options: SliceRunOptions) {
    this.#options = options;
    this.#groups = [this.#newGroup()];
  }

  /** When the last participant that was asked to leave starts to leave. */
  get leftBy(): number {
    return this.#leftBy;
  }

  /** Starts a session. Resolves at its end with true for a success. */
  begin(index: number, intendedAt: number): Promise<boolean> {
    const whole = this.#session(index, intendedAt).catch((error: unknown) => {
      // A journey records failures and does not throw: this is a defect of the journey or of the harness.
      this.#failures.push(error);
      return false;
    });
    this.#begun.add(whole);
    return whole.finally(() => this.#begun.delete(whole));
  }

  /** Resolves when all sessions that have started so far have ended. */
  allEnded(): Promise<unknown> {
    return Promise.all(this.#begun);
  }

  /** At the end: no participant arrives any more, and the latencies of calls that begin now count separately. */
  askToLeave(withinMs: number): void {
    const now = this.#options.clock.now();
    const isAsked = this.#groups.every(({ leaveRequest }) => leaveRequest.isAsked);
    this.#leftBy = isAsked ? Math.min(this.#leftBy, now + withinMs) : now + withinMs;
    this.#options.timings.drainFrom(now);
    for (const { leaveRequest } of this.#groups) leaveRequest.ask(withinMs);
  }

  /**
   * Between two levels: all participants that are here leave within this time, and those that come later stay.
   * A participant that has not left `leaveMs` later is closed.
   */
  empty(withinMs: number): void {
    const { clock, leaveMs } = this.#options;
    const group = this.#group;
    group.leaveRequest.ask(withinMs);
    this.#groups.push(this.#newGroup());
    void clock.until(clock.now() + withinMs + leaveMs).then(async () => {
      await closed(group);
      this.#groups.splice(this.#groups.indexOf(group), 1);
    });
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.#groups.map(closed));
  }

  /** Throws the first error of a journey or of the harness, if there was one. */
  throwFailure(): void {
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  get #group(): Group {
    return this.#groups.at(-1)!;
  }

  #newGroup(): Group {
    return { leaveRequest: new LeaveRequest(this.#options.clock), inside: new Set() };
  }

  async #session(index: number, intendedAt: number): Promise<boolean> {
    const { clock, watch, timings, sessions, journey } = this.#options;
    const { leaveRequest, inside } = this.#group;
    const now = clock.now();
    watch.arrivedLate(now - intendedAt);
    sessions.started += 1;
    timings.setUsers(timings.users + 1, now);
    const seat = this.#seats.take();
    let participant: HostedParticipant | undefined;
    try {
      const arrival = { index, seat, intendedAt, leaveRequest };
      const admitted = await admission(() => this.#options.admit(arrival));
      if (typeof admitted === 'string')
        return this.#count('gave up: identity', {
          wasAsked: leaveRequest.isAsked,
          hitGeneratorLimit: admitted === 'generator limit',
        });
      participant = admitted;
      inside.add(participant);
      const end = await journey(participant);
      const { hitGeneratorLimit } = participant;
      return this.#count(end, { wasAsked: leaveRequest.isAsked, hitGeneratorLimit });
    } finally {
      if (participant) inside.delete(participant);
      await participant?.close().catch((error: unknown) => this.#failures.push(error));
      this.#seats.free(seat);
      timings.setUsers(timings.users - 1, clock.now());
    }
  }

  /** Counts a session by how it ended; returns whether it was a success. */
  #count(end: JourneyEnd, { wasAsked, hitGeneratorLimit }: Circumstances): boolean {
    const { sessions } = this.#options;
    const isCompleted = end === 'completed';
    if (wasAsked) sessions.cutShort += 1;
    else if (isCompleted) sessions.completed += 1;
    else if (hitGeneratorLimit) sessions.limited = (sessions.limited ?? 0) + 1;
    else {
      const step = end.slice('gave up: '.length);
      sessions.gaveUp[step] = (sessions.gaveUp[step] ?? 0) + 1;
    }
    return isCompleted;
  }
}

interface Circumstances {
  /** The participant was asked to leave. */
  readonly wasAsked: boolean;
  readonly hitGeneratorLimit: boolean;
}

async function closed({ inside }: Group): Promise<void> {
  await Promise.allSettled([...inside].map((participant) => participant.close()));
}

/**
 * A participant, or the reason why it is missing: the service or its contract refused it, or a limit of this process
 * prevented it.
 */
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

/** The seats of a slice, counted from 0. A newcomer takes the lowest free one, so meetings fill one after the other. */
class Seats {
  #taken = new Uint8Array(64);
  /** All seats below it are taken. */
  #lowest = 0;

  take(): number {
    let seat = this.#taken.indexOf(0, this.#lowest);
    if (seat < 0) {
      seat = this.#taken.length;
      const larger = new Uint8Array(2 * seat);
      larger.set(this.#taken);
      this.#taken = larger;
    }
    this.#taken[seat] = 1;
    this.#lowest = seat + 1;
    return seat;
  }

  free(seat: number): void {
    this.#taken[seat] = 0;
    if (seat < this.#lowest) this.#lowest = seat;
  }
}
