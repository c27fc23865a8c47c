import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Contract, stepsInto } from '../meetings/contract/contract.ts';
import type { AnyOperation, HttpOperation, SocketOperation } from '../meetings/contract/operation.ts';
import type { Values } from '../meetings/expressions.ts';
import { meetingWithoutCreating } from '../meetings/new-meeting.ts';
import type { Sample } from './answered.ts';
import { type Call, Calls, type CallsOptions } from './calls.ts';
import type { FindingName } from './catalogue.ts';
import { ConductSocket, type Met } from './conduct-socket.ts';
import type { Exchange } from './exchange.ts';
import type { IdleConnection } from './idle-connection.ts';
import { goodInput } from './inputs.ts';
import { NotApplicable, Unanswered } from './no-answer.ts';
import { Notes } from './notes.ts';
import { meetingIn, type Reaction, rowsIn } from './reaction.ts';
import { type User, Users } from './users.ts';

/** A database that can be stopped while its service runs. */
export interface StoppableDatabase {
  /** The service on that database, which may differ from the service of the other questions. */
  readonly serviceUrl: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends the services that were started for the question. */
  close(): Promise<void>;
}

export interface InterviewOptions extends CallsOptions {
  readonly socketUrl: string;
  /** The result of watching an idle connection, in parallel with the other questions. */
  readonly idleConnection: () => Promise<IdleConnection>;
  /** Opens a database that can be stopped; returns the reason if that is not possible. */
  readonly stoppableDatabase: () => Promise<StoppableDatabase | string>;
}

/** The details of an operation. */
export interface Performing extends Pick<Call, 'remark' | 'mayBeLimited'> {
  readonly meetingId?: string;
  /** Replaces parts of a good input. */
  readonly input?: Readonly<Record<string, unknown>>;
  /** Changes the body or the values of the message that the contract defines. */
  change?(content: unknown): unknown;
}

/** Gives one question access to the service. It notes findings, and leaves all meetings at the end. */
export class Interview {
  readonly options: InterviewOptions;
  readonly contract: Contract;
  readonly calls: Calls;
  readonly users: Users;
  readonly #notes = new Notes();
  readonly #sockets: ConductSocket[] = [];
  readonly #socketOf = new Map<User, Promise<ConductSocket>>();
  readonly #seats: { readonly meetingId: string; readonly user: User }[] = [];
  /** Whether new findings are ignored. */
  #ended = false;
  /** Whether new connections are closed at once. */
  #closed = false;

  constructor(options: InterviewOptions) {
    this.options = options;
    this.contract = options.access.contract;
    this.users = new Users(options.access);
    this.calls = new Calls(options);
  }

  get findings() {
    return this.#notes.findings;
  }

  /** `message` replaces the sentence of the catalogue. */
  note(name: FindingName, sample: Sample, message?: string): void {
    // After a timeout, a question continues for a moment, and the calls that the harness ended fail.
    if (this.#ended) return;
    this.#notes.add(name, sample, message);
  }

  /** Notes the finding if the service accepted the call or message. @returns whether it accepted it */
  noteAccepted(name: FindingName, { isAccepted, sample }: Reaction): boolean {
    if (isAccepted) this.note(name, sample);
    return isAccepted;
  }

  /** Whether the contract has the operation. */
  can(name: string): boolean {
    return this.contract.operations.has(name);
  }

  /** @throws {NotApplicable} if the contract has no such operation */
  operation(name: string): AnyOperation {
    const operation = this.contract.operations.get(name);
    if (!operation) throw new NotApplicable(`the contract has no ${name}`);
    return operation;
  }

  /** The operation; undefined unless it is an HTTP call. */
  http(name: string): HttpOperation | undefined {
    const operation = this.contract.operations.get(name);
    return operation?.over === 'http' ? operation : undefined;
  }

  /** The socket message that enters a room or takes a seat; undefined if HTTP does it. */
  get entry(): SocketOperation | undefined {
    const name = stepsInto(this.contract).findLast((step) => step !== 'socket.connect');
    const operation = name && this.contract.operations.get(name);
    return operation && operation.over === 'socket' ? operation : undefined;
  }

  /**
   * Performs an operation as this user. Messages use one connection of the user, which is opened when necessary.
   * @throws {Unanswered} for a 429
   */
  async perform(user: User, name: string, performing: Performing = {}): Promise<Reaction> {
    const operation = this.operation(name);
    if (operation.over === 'http') return this.#fetch(user, operation, performing);
    const socket = await this.socketOf(user);
    if (operation.over === 'socket') {
      const { change = (values: unknown) => values, remark } = performing;
      const known = this.valuesFor(user, operation, performing);
      const values = change(operation.args(known)) as readonly unknown[];
      return socket.perform(operation, known, { values, remark });
    }
    socket.close();
    this.#socketOf.delete(user);
    const sample = { request: 'disconnect', answer: 'disconnected' };
    return { sample, operation, isAccepted: true, isRefused: false, values: {}, content: undefined };
  }

  /** The values for the templates and expressions of an operation. */
  valuesFor(user: User | undefined, operation: AnyOperation, { meetingId, input }: Performing = {}): Values {
    return {
      user: user?.identity.userId ?? 'conduct',
      meeting: meetingId ?? '',
      input: { ...goodInput(operation.name), ...input },
      unique: operation.isUnique ? `conduct.${randomBytes(6).toString('hex')}` : undefined,
      env: this.contract.environment,
    };
  }

  /** Whether an operation sends different data for these two. */
  isSentDifferently(operation: AnyOperation, one: Performing, other: Performing): boolean {
    const sent = (performing: Performing) => {
      const values = { ...this.valuesFor(undefined, operation, performing), unique: 'conduct' };
      if (operation.over === 'disconnect') return '';
      return JSON.stringify(
        operation.over === 'http'
          ? [operation.address(values), operation.body?.(values)]
          : operation.args(values),
      );
    };
    return sent(one) !== sent(other);
  }

  /** Whether a call names its meeting. */
  isAboutMeeting(operation: HttpOperation): boolean {
    return this.isSentDifferently(operation, { meetingId: 'one' }, { meetingId: 'other' });
  }

  /** Opens a meeting as this user, who then has a seat in it. @returns its id */
  async openMeeting(host: User, capacity?: number): Promise<string> {
    const there = meetingWithoutCreating(this.contract, 0, `conduct-${randomBytes(6).toString('hex')}`);
    if (there !== undefined) {
      await this.joinSurely(there, host);
      return there;
    }
    const created = await this.perform(host, 'meeting.create', { input: capacity ? { capacity } : {} });
    const id = meetingIn(created);
    if (!created.isAccepted || id === undefined)
      throw new Unanswered(`the service refused to create a meeting: ${created.sample.answer}`);
    this.willLeave(id, host);
    if (!(await this.#isSeated(id, host))) await this.join(id, host);
    return id;
  }

  /**
   * Whether the service counts the creator as a participant. False for a join over a socket, which also enters the
   * room.
   */
  async #isSeated(meetingId: string, user: User): Promise<boolean> {
    if (!this.http('meeting.join') || !this.http('meeting.get')?.reads.roster) return false;
    const seen = await this.perform(user, 'meeting.get', { meetingId });
    return rowsIn(seen)?.includes(user.identity.userId) ?? false;
  }

  /** Takes a seat in the meeting. The user leaves it at the end. */
  async join(meetingId: string, user: User, remark?: string): Promise<Reaction> {
    const [step] = stepsInto(this.contract).filter((one) => one !== 'socket.connect');
    const joined = await this.perform(user, step!, { meetingId, remark });
    if (joined.isAccepted) this.willLeave(meetingId, user);
    return joined;
  }

  /** Takes a seat in the meeting. @throws {Unanswered} if the service refuses */
  async joinSurely(meetingId: string, user: User): Promise<Reaction> {
    const joined = await this.join(meetingId, user);
    if (!joined.isAccepted) throw new Unanswered(`a user could not join a meeting: ${joined.sample.answer}`);
    return joined;
  }

  /** Lets the connection of a user with a seat receive the events of the meeting. */
  async listen(meetingId: string, user: User): Promise<ConductSocket> {
    const socket = await this.socketOf(user);
    const { entry } = this;
    // If the join is the entry, the user has already joined over this connection.
    if (!entry || entry.name === 'meeting.join' || !this.can('meeting.join')) return socket;
    const entered = await this.perform(user, entry.name, { meetingId });
    if (!entered.isAccepted)
      throw new Unanswered(`a participant could not enter the room: ${entered.sample.answer}`);
    return socket;
  }

  /** Leaves the meeting as this user at the end of the question. */
  willLeave(meetingId: string, user: User): void {
    if (this.#seats.some((seat) => seat.meetingId === meetingId && seat.user === user)) return;
    this.#seats.push({ meetingId, user });
  }

  /** Opens another connection of the user. */
  async meet({ identity }: User): Promise<Met> {
    const { socketUrl: url, timeoutMs } = this.options;
    const met = await ConductSocket.connect({ url, contract: this.contract, identity, timeoutMs });
    if (met.kind === 'connected') this.#sockets.push(met.socket);
    // After a timeout, a question continues for a moment.
    if (met.kind === 'connected' && this.#closed) met.socket.close();
    return met;
  }

  /** Opens another connection of the user. @throws {Unanswered} if the service refuses */
  async connect(user: User): Promise<ConductSocket> {
    const met = await this.meet(user);
    if (met.kind === 'connected') return met.socket;
    const cause = met.kind === 'refused' ? met.message : met.cause;
    throw new Unanswered(`a socket with a good token did not connect: ${cause}`);
  }

  /** The connection for the messages of the user. Opens a new connection if the last one has ended. */
  async socketOf(user: User): Promise<ConductSocket> {
    const socket = await (this.#socketOf.get(user) ?? this.#openSocketOf(user));
    return socket.isConnected ? socket : this.#openSocketOf(user);
  }

  /** Whether the service answers its health check, with any status. */
  async isAlive(): Promise<boolean> {
    try {
      return (await this.health()).status > 0;
    } catch {
      return false;
    }
  }

  health(remark?: string): Promise<Exchange> {
    const operation = this.http('health.get')!;
    return this.calls.send('GET', operation.address({}), { operation, remark, mayBeLimited: true });
  }

  /** Leaves all meetings, so that they end, and closes all connections. Ignores a service that does not answer. */
  async end(): Promise<void> {
    this.#ended = true;
    const leave = this.contract.operations.get('meeting.leave');
    // If the end of the connection is the leave, the code below does it.
    const seats = leave && leave.over !== 'disconnect' ? this.#seats : [];
    const leaving = seats.map(({ meetingId, user }) =>
      this.perform(user, 'meeting.leave', { meetingId, mayBeLimited: true }).catch(() => undefined),
    );
    await Promise.race([Promise.all(leaving), pause(this.options.timeoutMs, undefined, { ref: false })]);
    this.#closed = true;
    for (const socket of this.#sockets) socket.close();
    await this.calls.end();
    await this.users.release();
  }

  #openSocketOf(user: User): Promise<ConductSocket> {
    const opening = this.connect(user);
    this.#socketOf.set(user, opening);
    opening.catch(() => this.#socketOf.delete(user));
    return opening;
  }

  #fetch(user: User, operation: HttpOperation, performing: Performing): Promise<Exchange> {
    const { change = (body: unknown) => body, meetingId, remark, mayBeLimited } = performing;
    const known = this.valuesFor(user, operation, performing);
    const [body, headers] = [change(operation.body?.(known)), operation.headers?.(known)];
    const call = { user, operation, meetingId, remark, mayBeLimited, body, headers };
    return this.calls.send(operation.method, operation.address(known), call);
  }
}
