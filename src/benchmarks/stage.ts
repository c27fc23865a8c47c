import type { Clock } from '../kernel/clock.ts';
import { UserError } from '../kernel/errors.ts';
import type { Meeting } from '../meetings/contract.ts';
import { type Identity, identity } from '../meetings/identity.ts';
import { type Answer, MeetingsApi } from '../meetings/meetings-api.ts';
import { type Allowance, allowances } from '../meetings/operations.ts';
import { RoomConnection, type RoomConnectionOptions } from '../meetings/room-connection.ts';
import {
  openRequestContext,
  type RequestContext,
  type RequestContextKind,
} from '../request-context/request-context.ts';
import type { Outcome } from '../timings/outcome.ts';
import { Timings } from '../timings/timings.ts';

export interface StageOptions {
  readonly serviceUrl: string;
  readonly socketUrl: string;
  readonly jwtSecret: string;
  readonly requestContext: RequestContextKind;
  readonly timeoutMs: number;
  /** Part of every user id, and of no other stage's: at most 28 characters. */
  readonly prefix: string;
  /** How many calls will be made, the warm-up included. */
  readonly calls: number;
  /** Calls in flight at a time, at most. */
  readonly concurrency: number;
  /** Meetings that the list benchmark creates first. */
  readonly listedMeetings: number;
  readonly clock: Clock;
}

/** A user of the stage, whose calls go over the connections that all users of it share. */
export interface StageUser extends Identity {
  /** The service as this user calls it; `timings` take what is measured. */
  api(timings: Timings): MeetingsApi;
}

export interface Member {
  readonly user: StageUser;
  readonly meetingId: string;
}

type OnEvent = RoomConnectionOptions['onEvent'];

/** A user makes half of the calls that it is allowed, so that no limit is near. */
const SHARE_OF_ALLOWANCE = 0.5;

/** The connection broke before the answer. */
const BROKEN: Outcome = 'reset';
/** A service that breaks each connection is none to be measured. */
const MOST_REPEATS = 2;
/** A host has fewer meetings of its own. */
const LOOKED_THROUGH = 50;

/** Where one benchmark takes place: its users, its meetings, and the undoing of all of it. */
export class Stage {
  readonly options: StageOptions;
  readonly #context: RequestContext;
  readonly #setUp: Timings;
  readonly #users: StageUser[] = [];
  readonly #toLeave: { user: StageUser; meetingId: string }[] = [];
  readonly #toClose: (() => void)[] = [];

  private constructor(options: StageOptions, context: RequestContext) {
    this.options = options;
    this.#context = context;
    this.#setUp = new Timings(options.clock.now());
  }

  static async open(options: StageOptions): Promise<Stage> {
    const context = await openRequestContext(options.requestContext, {
      baseURL: options.serviceUrl,
      timeoutMs: options.timeoutMs,
      connections: options.concurrency,
    });
    return new Stage(options, context);
  }

  /** So many new users that each of `calls` calls, dealt out in turn, stays well within what the contract allows. */
  usersFor(allowance: Allowance, calls = this.options.calls): StageUser[] {
    const each = Math.floor(allowance.calls * SHARE_OF_ALLOWANCE);
    return this.users(Math.max(this.options.concurrency, Math.ceil(calls / each)));
  }

  users(count: number): StageUser[] {
    const { prefix, jwtSecret } = this.options;
    const added = Array.from({ length: count }, (_, position) => {
      const who = identity(`${prefix}${this.#users.length + position}`, jwtSecret);
      const headers = { authorization: `Bearer ${who.token}` };
      const caller: Pick<RequestContext, 'fetch'> = {
        fetch: (url, options) => this.#context.fetch(url, { ...options, headers }),
      };
      return {
        ...who,
        api: (timings: Timings) => new MeetingsApi(caller, timings, this.options.clock, who.userId),
      };
    });
    this.#users.push(...added);
    return added;
  }

  /** `count` new meetings with room for `size` people, hosts included, each hosted by a user who does nothing else. */
  async meetings(count: number, size: number): Promise<string[]> {
    const hosts = this.usersFor(allowances.create, count);
    const ids: string[] = [];
    for (let number = 0; number < count; number++) {
      const host = hosts[number % hosts.length]!;
      const title = `fullhouse benchmark ${number + 1} (${this.options.prefix})`;
      const { id } = await this.#must('create a meeting', () => this.#created(host, title, size));
      this.leaveAtEnd(host, id);
      ids.push(id);
    }
    return ids;
  }

  /** Seats the users in new meetings, `perMeeting` at most in each beside its host. */
  async seat(users: readonly StageUser[], perMeeting: number): Promise<Member[]> {
    const ids = await this.meetings(Math.ceil(users.length / perMeeting), perMeeting + 1);
    const members = users.map((user, position) => ({
      user,
      meetingId: ids[Math.floor(position / perMeeting)]!,
    }));
    for (const { user, meetingId } of members) {
      // Once more changes nothing: a participant has one place, however often it joins.
      await this.#must('join a meeting', () => user.api(this.#setUp).join(meetingId));
      this.leaveAtEnd(user, meetingId);
    }
    return members;
  }

  /** A connection of the user's own, to be closed by the caller; its connect and entry are recorded in `timings`. */
  connection(user: StageUser, timings: Timings, onEvent: OnEvent = () => undefined): RoomConnection {
    const { socketUrl: url, timeoutMs, clock } = this.options;
    const onDrop = () => undefined;
    return new RoomConnection({ url, token: user.token, timeoutMs, timings, clock, onEvent, onDrop });
  }

  /** Listens in the room until the end. */
  async listen({ user, meetingId }: Member, onEvent: OnEvent): Promise<void> {
    const connection = this.connection(user, this.#setUp, onEvent);
    this.#toClose.push(() => connection.close());
    const connected = await connection.connect();
    const outcome = connected === 'ok' ? await connection.enter(meetingId) : connected;
    if (outcome !== 'ok') throw this.#failed('enter a room', outcome);
  }

  /** The user leaves at the end; the last one to leave ends the meeting. */
  leaveAtEnd(user: StageUser, meetingId: string): void {
    this.#toLeave.push({ user, meetingId });
  }

  /** Undoes all that was prepared and called; what fails on the way out is the service's to end. */
  async close(): Promise<void> {
    for (const close of this.#toClose) close();
    const timings = new Timings(this.options.clock.now());
    for (const { user, meetingId } of this.#toLeave.reverse()) await user.api(timings).leave(meetingId);
    await this.#context.dispose();
  }

  /** The meeting of this title, made or found: of a call whose answer was lost, nobody knows what it did. */
  async #created(host: StageUser, title: string, maxParticipants: number): Promise<Answer<Meeting>> {
    const api = host.api(this.#setUp);
    const created = await api.create({ title, maxParticipants });
    if (created.outcome !== BROKEN) return created;
    const { data: known = [], ...answer } = await api.list(LOOKED_THROUGH, host.userId);
    const found = known.find((meeting) => meeting.title === title);
    return found ? { ...answer, data: found } : created;
  }

  /**
   * The answer's data; throws a UserError where there is none. Nothing here is measured, so what a broken connection
   * swallowed is asked for again, on another one: a service may close an idle connection just as it is used again.
   */
  async #must<Data>(what: string, call: () => Promise<Answer<Data>>): Promise<Data> {
    let answer = await call();
    for (let again = 0; again < MOST_REPEATS && answer.outcome === BROKEN; again++) answer = await call();
    if (answer.data === undefined) throw this.#failed(what, answer.outcome);
    return answer.data;
  }

  #failed(what: string, outcome: string): UserError {
    const causes = Object.values(this.#setUp.encode(this.options.clock.now()).operations)
      .flatMap((operation) => operation.causes)
      .map(({ samples }) => samples[0]);
    const because = [outcome, ...causes].join(': ');
    return new UserError(`The benchmark could not be prepared: it could not ${what} (${because}).`);
  }
}
