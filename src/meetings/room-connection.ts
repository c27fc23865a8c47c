import { arrivals } from '../kernel/arrivals.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Reach } from '../kernel/reach.ts';
import { whenUnanswered } from '../timings/catalogue.ts';
import type { Outcome } from '../timings/outcome.ts';
import type { Timings } from '../timings/timings.ts';
import type { Answer } from './answer.ts';
import type { Contract } from './contract/contract.ts';
import type { AnyOperation, Disconnect, SocketOperation } from './contract/operation.ts';
import { ABORTED, broken, Exchange, Refusal } from './exchange.ts';
import type { Values } from './expressions.ts';
import type { Identity } from './identities/identity.ts';
import type { ReconnectPolicy } from './reconnect-policy.ts';
import { eventIn, type RoomEvent } from './room-event.ts';
import { type ComeBack, RoomReturn } from './room-return.ts';
import { openSocket } from './socket/open-socket.ts';
import type { RoomSocket, SocketClient, SocketListener } from './socket/room-socket.ts';

/** `url` is the base address of Socket.IO. */
export interface RoomConnectionOptions extends Reach {
  readonly contract: Contract;
  /** Default `socket.io`, the client of real users. */
  readonly socketClient?: SocketClient | undefined;
  readonly identity: Pick<Identity, 'userId' | 'socket' | 'learn'>;
  readonly timeoutMs: number;
  /** The timings that record `socket.connect`; without them it is not recorded. */
  readonly timings?: Timings;
  readonly clock: Clock;
  /** How a lost connection is opened again; without a policy it is not reopened. */
  readonly policy?: ReconnectPolicy;
  /** Receives each room event with the instant of its arrival: at the latest, and at the earliest. */
  onEvent(event: RoomEvent, arrivedAt: number, earliestAt: number): void;
  /** The connection ended without a request from here; `reason` is Socket.IO's. */
  onDrop(reason: string): void;
  /** Receives each change of the connection, for a history. */
  onChange?(change: SocketChange, reason?: string): void;
  /** Receives each message on the wire, also those that the contract does not have. */
  onMessage?(direction: 'sent' | 'heard', name: string, values: readonly unknown[]): void;
  /** The steps after a lost connection is open again. */
  readonly comeBack?: ComeBack;
}

export type SocketChange = 'attempt' | 'failed' | 'connected' | 'disconnected';

/** The parameters of an operation over the socket beside its definition. */
export interface Performing {
  readonly meetingId: string;
  readonly input?: unknown;
  readonly unique?: string | undefined;
  /** The timings that record the operation; without them it is not recorded. */
  readonly timings?: Timings | undefined;
  readonly intendedAt?: number | undefined;
}

type Beginning = Pick<Performing, 'timings' | 'intendedAt' | 'unique'> & { readonly isConnect?: boolean };

/** The Socket.IO connection of one participant, with one room. */
export class RoomConnection implements SocketListener {
  readonly #options: RoomConnectionOptions;
  readonly #socket: RoomSocket;
  #isEnded = false;
  #wasConnected = false;
  #hasConnected = false;
  /** Created only when a connection is lost, which is rare. */
  #return: RoomReturn | undefined;
  /** Operations that wait for an answer or a connection: nearly always none or one. */
  readonly #exchanges: Exchange[] = [];
  /** The user left by ending the connection. */
  #hasLeft = false;
  /** Why the last attempt to connect failed. */
  #failure: string | undefined;
  /** The message of the service that refused the last connection. */
  #refusal: string | undefined;
  /** The meeting whose room was entered last. */
  #meetingId = '';

  constructor(options: RoomConnectionOptions) {
    this.#options = options;
    const { contract, identity, url, via, localAddress } = options;
    const { policy, timeoutMs, socketClient = 'socket.io' } = options;
    this.#socket = openSocket(
      socketClient,
      {
        url,
        via,
        localAddress,
        policy,
        timeoutMs,
        socket: contract.socket,
        credentials: () => identity.socket,
      },
      this,
    );
  }

  get isConnected(): boolean {
    return this.#socket.isConnected;
  }

  /** Connected, and no return after a lost connection is under way. */
  get isBack(): boolean {
    return this.#socket.isConnected && this.lostAt === undefined;
  }

  /** When the connection was lost; undefined while the participant is connected. */
  get lostAt(): number | undefined {
    return this.#return?.lostAt;
  }

  /**
   * Why the last attempt to connect failed: the cause, or the message of a service that refused it. May hold secrets.
   */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Opens the connection. The latency ends with Socket.IO's handshake. */
  async connect(intendedAt?: number): Promise<Outcome> {
    this.#hasLeft = false;
    const { timings } = this.#options;
    const exchange = this.#begin('socket.connect', { timings, intendedAt, isConnect: true });
    if (!exchange.isSettled) {
      exchange.awaits = 'connection';
      this.#socket.connect();
    }
    const { outcome, cause } = await exchange.answer;
    this.#failure = outcome === 'denied' ? (this.#refusal ?? cause) : cause;
    // Nothing waits for a later answer.
    if (outcome !== 'ok' && !this.#retriesItself) this.#socket.disconnect();
    return outcome;
  }

  get #retriesItself(): boolean {
    return this.#options.policy?.kind === 'socket.io';
  }

  /** Sends the message of an operation and waits for its answer; or ends the connection if that is the operation. */
  perform(operation: SocketOperation | Disconnect, performing: Performing): Promise<Answer> {
    return operation.over === 'disconnect'
      ? this.#disconnect(operation, performing)
      : this.#send(operation, performing);
  }

  #send(operation: SocketOperation, performing: Performing): Promise<Answer> {
    const { meetingId, input, unique } = performing;
    const { contract, identity } = this.#options;
    const known = { user: identity.userId, meeting: meetingId, input, unique, env: contract.environment };
    if (isEntry(operation)) this.#meetingId = meetingId;
    if (operation.reply.kind === 'none') return Promise.resolve(this.#sendOnly(operation, known, performing));
    const exchange = this.#begin(operation.name, performing);
    if (exchange.isSettled) return exchange.answer;
    exchange.awaits = operation;
    exchange.known = known;
    // Socket.IO would keep the message for a connection that never comes.
    if (!this.#socket.isConnected) exchange.settle(broken('not connected'));
    else if (operation.reply.kind === 'ack')
      this.#emit(operation.emit, operation.args(known), (...args) => {
        this.#options.onMessage?.('heard', ACK, args);
        exchange.replied(args);
      });
    else this.#emit(operation.emit, operation.args(known));
    return exchange.answer;
  }

  #emit(
    name: string,
    values: readonly unknown[],
    acknowledged?: (...args: readonly unknown[]) => void,
  ): void {
    this.#options.onMessage?.('sent', name, values);
    this.#socket.emit(name, values, acknowledged);
  }

  /** A message without an answer has a count, and no latency. */
  #sendOnly(operation: SocketOperation, known: Values, { timings, unique }: Performing): Answer {
    const startedAt = this.#options.clock.now();
    const isSent = this.#socket.isConnected;
    if (isSent) this.#emit(operation.emit, operation.args(known));
    const outcome: Outcome = this.#isEnded ? 'aborted' : isSent ? 'ok' : 'reset';
    const recorded = timings?.operation(whenUnanswered(operation.name));
    recorded?.count(outcome, startedAt);
    if (outcome === 'reset') recorded?.failure(outcome, 'not connected', 'not connected');
    return {
      outcome,
      startedAt,
      endedAt: this.#options.clock.now(),
      ...(unique === undefined ? {} : { unique }),
    };
  }

  /** Leaves by the end of the connection, which has no answer. */
  async #disconnect(operation: Disconnect, { timings }: Performing): Promise<Answer> {
    const { clock } = this.#options;
    const startedAt = clock.now();
    const outcome: Outcome = this.#isEnded ? 'aborted' : this.#socket.isConnected ? 'ok' : 'reset';
    // The connection is not lost, so it is not reopened automatically; a later call connects again.
    this.#hasLeft = true;
    this.#hasConnected = false;
    if (this.#return) this.#return.lostAt = undefined;
    this.#socket.disconnect();
    const endedAt = clock.now();
    timings?.operation(whenUnanswered(operation.name)).count(outcome, startedAt);
    return { outcome, startedAt, endedAt };
  }

  /** Closes the engine under Socket.IO, as a fault of the client: it reconnects by its policy. */
  closeEngine(): void {
    this.#socket.closeEngine();
  }

  /** Ends the connection. Resolves when no return is in progress. */
  async close(): Promise<void> {
    this.stopReturning();
    this.#socket.dispose();
    await this.#return?.finished;
  }

  /** From here on, a lost connection is not reopened, and operations without an answer end as `aborted`. */
  stopReturning(): void {
    this.#isEnded = true;
    for (const exchange of [...this.#exchanges]) exchange.settle(ABORTED);
    this.#return?.end();
  }

  // What the socket reports.

  onConnect(): void {
    const { identity, comeBack } = this.#options;
    identity.learn({ socket: { id: this.#socket.id } });
    this.#wasConnected = true;
    this.#changed('connected');
    if (this.#hasConnected && comeBack && !this.#isEnded) this.#returning().comeBack(comeBack);
    this.#hasConnected = true;
    for (const exchange of [...this.#exchanges]) {
      if (exchange.awaits !== 'connection') continue;
      exchange.awaits = undefined;
      exchange.heldMs = this.#socket.heldMs;
      // The latency of `socket.connect` includes the first message, if there is one.
      if (identity.socket.first) void this.#introduce().then((error) => exchange.settle(error));
      else exchange.settle();
    }
    this.#return?.opened(true);
  }

  // Socket.IO also reports `disconnect` for an aborted handshake: that is a failed connect, not a drop.
  onDisconnect(reason: string): void {
    const { policy, clock, onDrop } = this.#options;
    this.#changed('disconnected', reason);
    if (this.#wasConnected && !this.#isEnded && !this.#hasLeft) {
      const returning = this.#returning();
      returning.lostAt ??= clock.now();
      onDrop(reason);
      if (policy?.kind === 'exponential') void returning.reopen(policy);
    }
    this.#wasConnected = false;
    if (this.#exchanges.length === 0) return;
    const error = broken(reason);
    for (const exchange of [...this.#exchanges]) {
      // Socket.IO retries automatically until the timeout.
      if (exchange.isConnect && this.#retriesItself) continue;
      exchange.settle(error);
    }
  }

  onConnectError(error: Error): void {
    this.#changed('failed', error.message);
    this.#refusal = error.message;
    if (!this.#retriesItself)
      for (const exchange of [...this.#exchanges]) if (exchange.isConnect) exchange.settle(error);
    this.#return?.opened(false);
  }

  onAttempt(): void {
    this.#changed('attempt');
  }

  hears(name: string): boolean {
    const { contract, onMessage } = this.#options;
    if (onMessage !== undefined || contract.eventsByWire.has(name)) return true;
    for (const exchange of this.#exchanges) if (exchange.hears(name)) return true;
    return false;
  }

  onEvent(name: string, args: readonly unknown[]): void {
    this.#arrived(name, args);
    this.#options.onMessage?.('heard', name, args);
    if (this.#exchanges.length === 0) return;
    for (const exchange of [...this.#exchanges]) exchange.heard(name, args);
  }

  #returning(): RoomReturn {
    this.#return ??= new RoomReturn({
      clock: this.#options.clock,
      timeoutMs: this.#options.timeoutMs,
      isConnected: () => this.isConnected,
      open: () => this.#socket.connect(),
      introduce: () => this.#introduce(),
      attempted: () => this.#changed('attempt'),
    });
    return this.#return;
  }

  #changed(change: SocketChange, reason?: string): void {
    if (!this.#isEnded) this.#options.onChange?.(change, reason);
  }

  /**
   * Sends the first message of a connection if the contract has one that identifies the client. Returns why it failed.
   */
  async #introduce(): Promise<Error | undefined> {
    const { first } = this.#options.identity.socket;
    if (!first) return undefined;
    const { emit, json, reply, refusal } = first;
    const operation: SocketOperation = {
      name: 'socket.connect',
      over: 'socket',
      emit,
      args: () => [json],
      reply: reply === 'ack' || reply === 'none' ? { kind: reply } : { kind: 'event', on: reply },
      ...(refusal === undefined ? {} : { refusal: { on: refusal } }),
      isUnique: false,
      reads: {},
    };
    const { outcome, cause = outcome } = await this.#send(operation, { meetingId: this.#meetingId });
    if (outcome === 'ok') return undefined;
    if (outcome === 'reset') return broken(cause);
    return new Refusal(cause, outcome === 'timeout' || outcome === 'aborted' ? outcome : 'denied');
  }

  #begin(operation: string, { timings, intendedAt, unique, isConnect = false }: Beginning): Exchange {
    const { clock, timeoutMs, identity } = this.#options;
    const exchange = new Exchange({
      clock,
      timeoutMs,
      identity,
      timings: timings?.operation(operation),
      intendedAt,
      unique,
      isConnect,
      among: this.#exchanges,
    });
    if (this.#isEnded) exchange.settle(ABORTED);
    return exchange;
  }

  #arrived(wire: string, args: readonly unknown[]): void {
    const { contract, identity, onEvent } = this.#options;
    const definitions = contract.eventsByWire.get(wire);
    if (!definitions) return;
    const { latest, earliest } = arrivals;
    const values = {
      payload: args[0],
      args,
      user: identity.userId,
      meeting: this.#meetingId,
      env: contract.environment,
    };
    for (const definition of definitions) {
      if (definition.when && definition.when(values) !== true) continue;
      const event = eventIn(definition, values, this.#meetingId);
      if (event) onEvent(event, latest, earliest);
    }
  }
}

/** After such an operation, the events of the meeting reach the client. */
function isEntry({ name }: AnyOperation): boolean {
  return name === 'room.enter' || name === 'meeting.join';
}

/** The name of acknowledgements among messages: they have no name themselves. */
export const ACK = 'ack';
