import type { Clock } from '../kernel/clock.ts';
import type { Access } from '../meetings/access.ts';
import { type Step, stepsBack } from '../meetings/contract/contract.ts';
import { type Caller, MeetingsClient } from '../meetings/meetings-client.ts';
import { meetingWithoutCreating } from '../meetings/new-meeting.ts';
import { RoomConnection, type RoomConnectionOptions } from '../meetings/room-connection.ts';
import { takeSteps } from '../meetings/take-steps.ts';
import { openRequestContext, type RequestContextKind } from '../request-context/open.ts';
import type { RequestContext } from '../request-context/request-context.ts';
import type { Outcome } from '../timings/outcome.ts';
import { Timings } from '../timings/timings.ts';
import { type CallingUser, PreparingCalls } from './preparing-calls.ts';

export interface BenchEnvironmentOptions {
  readonly serviceUrl: string;
  readonly socketUrl: string;
  readonly access: Access;
  readonly requestContext: RequestContextKind;
  readonly timeoutMs: number;
  /** The prefix of all user ids, different for each environment; at most 28 characters. */
  readonly prefix: string;
  /** The number of calls, including the warm-up. */
  readonly calls: number;
  /** The maximum of calls in flight. */
  readonly concurrency: number;
  /** The number of meetings that the list benchmark creates first. */
  readonly listedMeetings: number;
  /** Whether `meeting.get` answers only participants of the meeting. */
  readonly isForMembers?: boolean | undefined;
  readonly clock: Clock;
}

/** A user of an environment. All its users share connections. */
export interface BenchUser extends CallingUser {
  /** Opens the connection for operations over the socket, once. */
  connect(): Promise<Outcome>;
}

export interface Member {
  readonly user: BenchUser;
  readonly meetingId: string;
}

type OnEvent = RoomConnectionOptions['onEvent'];

/** The part of the allowed calls that a user makes, so that no limit is near. */
const PART_OF_ALLOWANCE = 0.5;

/** The number of users that take turns if the contract sets no limit. */
const UNLIMITED_USERS = 20;

/** The users and meetings of one benchmark. `close` removes them. */
export class BenchEnvironment {
  readonly options: BenchEnvironmentOptions;
  readonly #context: RequestContext;
  readonly #preparing: PreparingCalls;
  readonly #users: BenchUser[] = [];
  readonly #toLeave: Member[] = [];
  readonly #toClose: (() => Promise<void>)[] = [];
  #opened = 0;
  #placed = 0;

  private constructor(options: BenchEnvironmentOptions, context: RequestContext) {
    this.options = options;
    this.#context = context;
    this.#preparing = new PreparingCalls(options.access, options.clock);
  }

  static async open(options: BenchEnvironmentOptions): Promise<BenchEnvironment> {
    const context = await openRequestContext(options.requestContext, {
      baseURL: options.serviceUrl,
      timeoutMs: options.timeoutMs,
      connections: options.concurrency,
    });
    return new BenchEnvironment(options, context);
  }

  can(operation: string): boolean {
    return this.options.access.contract.operations.has(operation);
  }

  /** Opens new users that make `calls` calls in turn. Each user stays within half of the contract's limit. */
  usersFor(operation: string, calls = this.options.calls): Promise<BenchUser[]> {
    const allowance = this.options.access.contract.operations.get(operation)?.allowance;
    const each = allowance ? Math.max(1, Math.floor(allowance.calls * PART_OF_ALLOWANCE)) : undefined;
    const enough = each === undefined ? Math.min(calls, UNLIMITED_USERS) : Math.ceil(calls / each);
    return this.users(Math.max(this.options.concurrency, enough));
  }

  async users(count: number): Promise<BenchUser[]> {
    const added: BenchUser[] = [];
    for (let number = 0; number < count; number++) added.push(await this.#user(this.#opened++));
    this.#users.push(...added);
    return added;
  }

  async #user(number: number): Promise<BenchUser> {
    const { prefix, access, clock } = this.options;
    const { contract } = access;
    const identity = await access.identities.open(`${prefix}${number}`);
    const context: Caller = {
      fetch: (url, options) =>
        this.#context.fetch(url, { ...options, headers: { ...identity.headers, ...options?.headers } }),
    };
    let room: RoomConnection | undefined;
    const user: BenchUser = {
      identity,
      client: (timings) => new MeetingsClient({ contract, context, timings, clock, identity, room }),
      connect: async () => {
        if (!contract.socket || room) return 'ok';
        room = this.connection(user, this.#preparing.timings);
        this.#toClose.push(() => room!.close());
        return room.connect();
      },
    };
    return user;
  }

  /** Connects the users, if the operation goes over the socket. */
  async ready(users: readonly BenchUser[], operation: string): Promise<void> {
    if (this.options.access.contract.operations.get(operation)?.over === 'http') return;
    for (const user of users) {
      const outcome = await user.connect();
      if (outcome !== 'ok') throw this.#preparing.failed('connect', outcome);
    }
  }

  /** Connects seated members and enters their rooms, if the operation goes over the socket. */
  async readyInRoom(members: readonly Member[], operation: string): Promise<void> {
    const { contract } = this.options.access;
    if (contract.operations.get(operation)?.over === 'http') return;
    const seatedBy = this.#seatedBy();
    for (const { user, meetingId } of members) {
      await this.ready([user], operation);
      for (const step of stepsBack(contract).filter((one) => one !== seatedBy))
        await this.#preparing.must('enter a room', user, step, { meetingId });
    }
  }

  /**
   * Opens `count` meetings for `size` participants, including hosts: new meetings, each with a host that does nothing else,
   * or the meetings that the contract names.
   */
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
      const title = `fullhouse benchmark ${number + 1} (${prefix})`;
      const id = await this.#preparing.createMeeting(host, title, size);
      this.leaveAtEnd(host, id);
      ids.push(id);
    }
    return ids;
  }

  /** Seats the users in new meetings, at most `perMeeting` in each, in addition to its host. */
  async seat(users: readonly BenchUser[], perMeeting: number): Promise<Member[]> {
    const seatedBy = this.#seatedBy();
    const ids = await this.meetings(Math.ceil(users.length / perMeeting), perMeeting + 1);
    const members = users.map((user, position) => ({
      user,
      meetingId: ids[Math.floor(position / perMeeting)]!,
    }));
    for (const { user, meetingId } of members) {
      // A repeated join has no effect: a participant has one place in a meeting.
      await this.ready([user], seatedBy);
      await this.#preparing.must('seat a user in a meeting', user, seatedBy, { meetingId });
      this.leaveAtEnd(user, meetingId);
    }
    return members;
  }

  /** The step that makes a user a participant. */
  #seatedBy(): Step {
    return this.can('meeting.join') ? 'meeting.join' : 'room.enter';
  }

  /** Makes a connection of the user, which the caller closes. Its connect is recorded in `timings`. */
  connection(user: BenchUser, timings: Timings, onEvent: OnEvent = () => undefined): RoomConnection {
    const { socketUrl: url, timeoutMs, clock, access } = this.options;
    const onDrop = () => undefined;
    const { contract } = access;
    const { identity } = user;
    return new RoomConnection({ url, contract, identity, timeoutMs, timings, clock, onEvent, onDrop });
  }

  /** Enters the room on a connection, and records it in `timings`. */
  async enter(connection: RoomConnection, meetingId: string, timings: Timings): Promise<Outcome> {
    const { contract } = this.options.access;
    const failed = await takeSteps(stepsBack(contract), async (step) => {
      const operation = contract.operations.get(step)!;
      if (operation.over === 'http') return 'ok';
      return (await connection.perform(operation, { meetingId, timings })).outcome;
    });
    return failed?.outcome ?? 'ok';
  }

  /** Enters the room and listens until `close`. */
  async listen({ user, meetingId }: Member, onEvent: OnEvent): Promise<void> {
    const connection = this.connection(user, this.#preparing.timings, onEvent);
    this.#toClose.push(() => connection.close());
    const connected = await connection.connect();
    const outcome =
      connected === 'ok' ? await this.enter(connection, meetingId, this.#preparing.timings) : connected;
    if (outcome !== 'ok') throw this.#preparing.failed('enter a room', outcome);
  }

  /** Makes the user leave the meeting in `close`; the last leave ends the meeting. */
  leaveAtEnd(user: BenchUser, meetingId: string): void {
    this.#toLeave.push({ user, meetingId });
  }

  /** Leaves all meetings and closes all connections. A failed leave is ignored, because the service ends such meetings. */
  async close(): Promise<void> {
    const timings = new Timings(this.options.clock.now());
    if (this.can('meeting.leave')) {
      for (const { user, meetingId } of this.#toLeave.reverse()) {
        // A user that cannot connect is no longer in a meeting.
        if (this.options.access.contract.operations.get('meeting.leave')?.over === 'socket')
          await user.connect();
        await user.client(timings).call('meeting.leave', { meetingId });
      }
    }
    await Promise.all(this.#toClose.map((close) => close()));
    await this.#context.dispose();
    await Promise.all(this.#users.map(({ identity }) => identity.release()));
  }
}
