import type { Clock } from '../kernel/clock.ts';
import { UserError } from '../kernel/errors.ts';
import type { Access } from '../meetings/access.ts';
import type { Answer } from '../meetings/answer.ts';
import { stepsBack } from '../meetings/contract/contract.ts';
import { idOf } from '../meetings/contract/operation.ts';
import type { Identity } from '../meetings/identities/identity.ts';
import { type Caller, type CallOptions, MeetingsClient } from '../meetings/meetings-client.ts';
import { meetingIn, meetingWithoutCreating } from '../meetings/new-meeting.ts';
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
  readonly access: Access;
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
  /** Whether `meeting.get` answers only those who are in the meeting. */
  readonly isForMembers?: boolean | undefined;
  readonly clock: Clock;
}

/** A user of the stage, whose calls go over the connections that all users of it share. */
export interface StageUser {
  readonly identity: Identity;
  /** The service as this user calls it; `timings` take what is measured. */
  client(timings: Timings): MeetingsClient;
  /** Opens the connection that operations over the socket need; once. */
  connect(): Promise<Outcome>;
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
/** Users that take turns where the contract sets no limit. */
const UNLIMITED_USERS = 20;

/** Where one benchmark takes place: its users, its meetings, and the undoing of all of it. */
export class Stage {
  readonly options: StageOptions;
  readonly #context: RequestContext;
  readonly #setUp: Timings;
  readonly #users: StageUser[] = [];
  readonly #toLeave: { user: StageUser; meetingId: string }[] = [];
  readonly #toClose: (() => Promise<void>)[] = [];
  #opened = 0;
  #placed = 0;

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

  /** Whether the contract has the operation. */
  can(operation: string): boolean {
    return this.options.access.contract.operations.has(operation);
  }

  /** As many new users as keep each one, when `calls` calls are dealt out in turn, well within the contract's limit. */
  usersFor(operation: string, calls = this.options.calls): Promise<StageUser[]> {
    const allowance = this.options.access.contract.operations.get(operation)?.allowance;
    const each = allowance ? Math.max(1, Math.floor(allowance.calls * SHARE_OF_ALLOWANCE)) : undefined;
    const enough = each === undefined ? Math.min(calls, UNLIMITED_USERS) : Math.ceil(calls / each);
    return this.users(Math.max(this.options.concurrency, enough));
  }

  async users(count: number): Promise<StageUser[]> {
    const added: StageUser[] = [];
    for (let number = 0; number < count; number++) added.push(await this.#user(this.#opened++));
    this.#users.push(...added);
    return added;
  }

  async #user(number: number): Promise<StageUser> {
    const { prefix, access, clock } = this.options;
    const { contract } = access;
    const identity = await access.identities.open(`${prefix}${number}`);
    const context: Caller = {
      fetch: (url, options) =>
        this.#context.fetch(url, { ...options, headers: { ...identity.headers, ...options?.headers } }),
    };
    let room: RoomConnection | undefined;
    const user: StageUser = {
      identity,
      client: (timings) => new MeetingsClient({ contract, context, timings, clock, identity, room }),
      connect: async () => {
        if (!contract.socket || room) return 'ok';
        room = this.connection(user, this.#setUp);
        this.#toClose.push(() => room!.close());
        return room.connect();
      },
    };
    return user;
  }

  /** Users who can call the operation: connected, where it goes over the socket. */
  async ready(users: readonly StageUser[], operation: string): Promise<void> {
    if (this.options.access.contract.operations.get(operation)?.over === 'http') return;
    for (const user of users) {
      const outcome = await user.connect();
      if (outcome !== 'ok') throw this.#failed('connect', outcome);
    }
  }

  /** `count` meetings with room for `size` people, hosts included: new ones, each hosted by a user who does nothing else, or those that the contract names. */
  async meetings(count: number, size: number): Promise<string[]> {
    const { access, prefix } = this.options;
    const there = Array.from({ length: count }, () => this.#placed++).flatMap(
      (number) => meetingWithoutCreating(access.contract, number, `${prefix}m${number}`) ?? [],
    );
    if (access.contract.meetings.kind !== 'created') return there;
    const hosts = await this.usersFor('meeting.create', count);
    await this.ready(hosts, 'meeting.create');
    const ids: string[] = [];
    for (let number = 0; number < count; number++) {
      const host = hosts[number % hosts.length]!;
      const title = `fullhouse benchmark ${number + 1} (${this.options.prefix})`;
      const id = await this.#created(host, title, size);
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
      if (this.can('meeting.join')) {
        await this.ready([user], 'meeting.join');
        await this.#must('join a meeting', user, 'meeting.join', { meetingId });
      } else {
        await this.ready([user], 'room.enter');
        await this.#must('enter a room', user, 'room.enter', { meetingId });
      }
      this.leaveAtEnd(user, meetingId);
    }
    return members;
  }

  /** A connection of the user's own, to be closed by the caller; its connect is recorded in `timings`. */
  connection(user: StageUser, timings: Timings, onEvent: OnEvent = () => undefined): RoomConnection {
    const { socketUrl: url, timeoutMs, clock, access } = this.options;
    const onDrop = () => undefined;
    const { contract } = access;
    const { identity } = user;
    return new RoomConnection({ url, contract, identity, timeoutMs, timings, clock, onEvent, onDrop });
  }

  /** Enters the room on a connection; recorded in `timings`. */
  async enter(connection: RoomConnection, meetingId: string, timings: Timings): Promise<Outcome> {
    const { contract } = this.options.access;
    for (const step of stepsBack(contract)) {
      const operation = contract.operations.get(step)!;
      if (operation.over === 'http') continue;
      const { outcome } = await connection.perform(operation, { meetingId, timings });
      if (outcome !== 'ok') return outcome;
    }
    return 'ok';
  }

  /** Listens in the room until the end. */
  async listen({ user, meetingId }: Member, onEvent: OnEvent): Promise<void> {
    const connection = this.connection(user, this.#setUp, onEvent);
    this.#toClose.push(() => connection.close());
    const connected = await connection.connect();
    const outcome = connected === 'ok' ? await this.enter(connection, meetingId, this.#setUp) : connected;
    if (outcome !== 'ok') throw this.#failed('enter a room', outcome);
  }

  /** The user leaves at the end; the last one to leave ends the meeting. */
  leaveAtEnd(user: StageUser, meetingId: string): void {
    this.#toLeave.push({ user, meetingId });
  }

  /** Undoes all that was prepared and called; what fails on the way out is the service's to end. */
  async close(): Promise<void> {
    const timings = new Timings(this.options.clock.now());
    if (this.can('meeting.leave')) {
      for (const { user, meetingId } of this.#toLeave.reverse()) {
        // One that could not connect for that is in no meeting any more.
        if (this.options.access.contract.operations.get('meeting.leave')?.over === 'socket')
          await user.connect();
        await user.client(timings).leave(meetingId);
      }
    }
    await Promise.all(this.#toClose.map((close) => close()));
    await this.#context.dispose();
    await Promise.all(this.#users.map(({ identity }) => identity.release()));
  }

  /** The id of the meeting of this title, made or found: of a call whose answer was lost, nobody knows what it did. */
  async #created(host: StageUser, title: string, capacity: number): Promise<string> {
    for (let again = 0; ; again++) {
      const created = await host.client(this.#setUp).create({ title, capacity });
      const id =
        created.outcome === BROKEN ? await this.#found(host, title) : meetingIn(this.options.access, created);
      if (id !== undefined) return id;
      if (created.outcome !== BROKEN || again === MOST_REPEATS)
        throw this.#failed('create a meeting', created.outcome);
    }
  }

  async #found(host: StageUser, title: string): Promise<string | undefined> {
    const { meetings } = this.options.access.contract.operations.get('meeting.list')?.reads ?? {};
    if (!meetings?.title) return undefined;
    const { values } = await host.client(this.#setUp).list(LOOKED_THROUGH, host.identity.userId);
    const known = values ? meetings.list(values) : undefined;
    if (!Array.isArray(known)) return undefined;
    const item: unknown = known.find((one: unknown) => meetings.title!({ ...values, item: one }) === title);
    return item === undefined ? undefined : idOf(meetings.id({ ...values, item }));
  }

  /**
   * Throws a UserError where the call is no success. Nothing here is measured, so what a broken connection
   * swallowed is asked for again, on another one: a service may close an idle connection just as it is used again.
   */
  async #must(what: string, user: StageUser, operation: string, options: CallOptions): Promise<Answer> {
    const call = () => user.client(this.#setUp).call(operation, options);
    let answer = await call();
    for (let again = 0; again < MOST_REPEATS && answer.outcome === BROKEN; again++) answer = await call();
    if (answer.outcome !== 'ok') throw this.#failed(what, answer.outcome);
    return answer;
  }

  #failed(what: string, outcome: string): UserError {
    const causes = Object.values(this.#setUp.encode(this.options.clock.now()).operations)
      .flatMap((operation) => operation.causes)
      .map(({ samples }) => samples[0]);
    const because = [outcome, ...causes].join(': ');
    return new UserError(`The benchmark could not be prepared: it could not ${what} (${because}).`);
  }
}
