import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Access } from '../meetings/access.ts';
import { type Contract, stepsInto } from '../meetings/contract/contract.ts';
import type { AnyOperation, HttpOperation, SocketOperation } from '../meetings/contract/operation.ts';
import type { Values } from '../meetings/expressions.ts';
import { meetingWithoutCreating } from '../meetings/new-meeting.ts';
import type { Sample } from './answered.ts';
import { type Call, Calls } from './calls.ts';
import type { FindingName } from './catalogue.ts';
import { ConductSocket, type Met } from './conduct-socket.ts';
import type { Exchange } from './exchange.ts';
import type { IdleConnection } from './idle-connection.ts';
import { goodInput } from './inputs.ts';
import { NotApplicable, Unanswered } from './no-answer.ts';
import { Notes } from './notes.ts';
import { meetingIn, type Reaction, rowsIn } from './reaction.ts';
import { type User, Users } from './users.ts';

/** A database that can be stopped under the service that has it. */
export interface StoppableDatabase {
  /** The service on that database; it may be another one than the one that all questions are put to. */
  readonly serviceUrl: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends what was opened for the question. */
  close(): Promise<void>;
}

export interface InterviewOptions {
  readonly serviceUrl: string;
  readonly socketUrl: string;
  readonly access: Access;
  /** For one answer. */
  readonly timeoutMs: number;
  /** How long an idle connection lives: measured beside the other questions. */
  readonly idleConnection: () => Promise<IdleConnection>;
  /** Opens a database that can be stopped; answers the reason where that is not possible. */
  readonly stoppableDatabase: () => Promise<StoppableDatabase | string>;
}

/** What goes with an operation. */
export interface Performing extends Pick<Call, 'remark' | 'mayBeLimited'> {
  readonly meetingId?: string;
  /** In the place of parts of a good input. */
  readonly input?: Readonly<Record<string, unknown>>;
  /** In the place of the body or of the values of the message, as the contract has them. */
  change?(content: unknown): unknown;
}

/** How one question uses the service. It notes findings, and leaves nothing behind. */
export class Interview {
  readonly options: InterviewOptions;
  readonly contract: Contract;
  readonly calls: Calls;
  readonly users: Users;
  readonly #notes = new Notes();
  readonly #sockets: ConductSocket[] = [];
  readonly #socketOf = new Map<User, Promise<ConductSocket>>();
  readonly #seats: { readonly meetingId: string; readonly user: User }[] = [];
  /** Nothing more is noted. */
  #ended = false;
  /** Nothing more is opened. */
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

  /** `message` replaces the sentence of the catalogue where more is known. */
  note(name: FindingName, sample: Sample, message?: string): void {
    // A question that ran out of time goes on for a moment, and meets calls that we ended ourselves.
    if (this.#ended) return;
    this.#notes.add(name, sample, message);
  }

  /** Notes a call or message that the service accepted and must not accept. @returns whether it accepted it */
  noteAccepted(name: FindingName, { isAccepted, sample }: Reaction): boolean {
    if (isAccepted) this.note(name, sample);
    return isAccepted;
  }

  /** Whether the contract has the operation. */
  can(name: string): boolean {
    return this.contract.operations.has(name);
  }

  /** @throws {NotApplicable} where the contract has no such operation */
  operation(name: string): AnyOperation {
    const operation = this.contract.operations.get(name);
    if (!operation) throw new NotApplicable(`the contract has no ${name}`);
    return operation;
  }

  /** The operation, where it is a call over HTTP. */
  http(name: string): HttpOperation | undefined {
    const operation = this.contract.operations.get(name);
    return operation?.over === 'http' ? operation : undefined;
  }

  /** The message with which a client enters a room, or takes a seat, where that is done over the socket. */
  get entry(): SocketOperation | undefined {
    const name = stepsInto(this.contract).findLast((step) => step !== 'socket.connect');
    const operation = name && this.contract.operations.get(name);
    return operation && operation.over === 'socket' ? operation : undefined;
  }

  /**
   * What an operation does as this user. A message over a socket goes over one connection of the user, which is opened
   * when it is needed. @throws {Unanswered} for a 429
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

  /** What the templates and expressions of an operation know. */
  valuesFor(user: User | undefined, operation: AnyOperation, { meetingId, input }: Performing = {}): Values {
    return {
      user: user?.identity.userId ?? 'conduct',
      meeting: meetingId ?? '',
      input: { ...goodInput(operation.name), ...input },
      unique: operation.isUnique ? `conduct.${randomBytes(6).toString('hex')}` : undefined,
      env: this.contract.environment,
    };
  }

  /** Whether an operation sends something else where these values are others. */
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

  /** Whether a call names the meeting that it is about. */
  isAboutMeeting(operation: HttpOperation): boolean {
    return this.isSentDifferently(operation, { meetingId: 'one' }, { meetingId: 'other' });
  }

  /** Opens a meeting as this user, who takes a seat in it where the contract says how. @returns its id */
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

  /** Some services count the creator as a participant, who need not join; over a socket, joining is entering, too. */
  async #isSeated(meetingId: string, user: User): Promise<boolean> {
    if (!this.http('meeting.join') || !this.http('meeting.get')?.reads.roster) return false;
    const seen = await this.perform(user, 'meeting.get', { meetingId });
    return rowsIn(seen)?.includes(user.identity.userId) ?? false;
  }

  /** Takes a seat in the meeting; the user leaves it at the end. */
  async join(meetingId: string, user: User, remark?: string): Promise<Reaction> {
    const [step] = stepsInto(this.contract).filter((one) => one !== 'socket.connect');
    const joined = await this.perform(user, step!, { meetingId, remark });
    if (joined.isAccepted) this.willLeave(meetingId, user);
    return joined;
  }

  /** The same, where the question rests on it. */
  async joinSurely(meetingId: string, user: User): Promise<Reaction> {
    const joined = await this.join(meetingId, user);
    if (!joined.isAccepted) throw new Unanswered(`a user could not join a meeting: ${joined.sample.answer}`);
    return joined;
  }

  /** From now on the connection of the user hears the meeting, in which the user has a seat. */
  async listen(meetingId: string, user: User): Promise<ConductSocket> {
    const socket = await this.socketOf(user);
    const { entry } = this;
    // Where taking a seat is the entry, it was done over this connection.
    if (!entry || entry.name === 'meeting.join' || !this.can('meeting.join')) return socket;
    const entered = await this.perform(user, entry.name, { meetingId });
    if (!entered.isAccepted)
      throw new Unanswered(`a participant could not enter the room: ${entered.sample.answer}`);
    return socket;
  }

  /** Leaves the meeting as this user when the question is over. */
  willLeave(meetingId: string, user: User): void {
    if (this.#seats.some((seat) => seat.meetingId === meetingId && seat.user === user)) return;
    this.#seats.push({ meetingId, user });
  }

  /** A further connection of the user. */
  async meet({ identity }: User): Promise<Met> {
    const { socketUrl: url, timeoutMs } = this.options;
    const met = await ConductSocket.connect({ url, contract: this.contract, identity, timeoutMs });
    if (met.kind === 'connected') this.#sockets.push(met.socket);
    // A question that ran out of time goes on for a moment.
    if (met.kind === 'connected' && this.#closed) met.socket.close();
    return met;
  }

  /** A further connection, where the question rests on it. */
  async connect(user: User): Promise<ConductSocket> {
    const met = await this.meet(user);
    if (met.kind === 'connected') return met.socket;
    const cause = met.kind === 'refused' ? met.message : met.cause;
    throw new Unanswered(`a socket with a good token did not connect: ${cause}`);
  }

  /** The connection over which the messages of the user go; one that is gone is opened again. */
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

  /** Leaves all meetings, so that they end, and closes what was opened. A service that is gone keeps what it has. */
  async end(): Promise<void> {
    this.#ended = true;
    const leave = this.contract.operations.get('meeting.leave');
    // Where leaving is the end of the connection, all connections end below.
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
