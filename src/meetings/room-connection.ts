import { arrivals } from '../kernel/arrivals.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Via } from '../kernel/reach.ts';
import { whenUnanswered } from '../timings/catalogue.ts';
import type { Outcome } from '../timings/outcome.ts';
import type { Timings } from '../timings/timings.ts';
import type { Answer } from './answer.ts';
import type { Contract } from './contract/contract.ts';
import type { Values } from './contract/expressions.ts';
import {
  type AnyOperation,
  type Disconnect,
  type EventDefinition,
  idOf,
  type SocketOperation,
} from './contract/operation.ts';
import { ABORTED, broken, Exchange, Refusal } from './exchange.ts';
import type { Identity } from './identities/identity.ts';
import type { ReconnectPolicy } from './reconnect-policy.ts';
import { openSocket } from './socket/open-socket.ts';
import type { RoomSocket, SocketClient, SocketListener } from './socket/room-socket.ts';

/** What the service tells a room. */
export interface RoomEvent {
  /** By its name in the contract. */
  readonly name: string;
  readonly meetingId: string;
  /** The user that it is about; empty where the service does not say it. */
  readonly userId: string;
  /** What tells it from others of its name: a text that its cause had, or the user. */
  readonly key: string;
  readonly definition: EventDefinition;
  /** What the expressions of its definition read. */
  readonly values: Values;
}

export interface RoomConnectionOptions {
  /** Socket.IO base address. */
  readonly url: string;
  /** Where its connections really go; without it, where `url` says. */
  readonly via?: Via | undefined;
  /** The address of this machine that they come from; without it, the system chooses. */
  readonly localAddress?: string | undefined;
  readonly contract: Contract;
  /** Default `socket.io`, the client of real users. */
  readonly socketClient?: SocketClient | undefined;
  readonly identity: Pick<Identity, 'userId' | 'socket' | 'learn'>;
  readonly timeoutMs: number;
  /** Take `socket.connect`; without them it is not recorded. */
  readonly timings?: Timings;
  readonly clock: Clock;
  /** How a lost connection is opened again; without a policy it stays lost. */
  readonly policy?: ReconnectPolicy;
  /** Each room event, with the instant of its arrival: at the latest, and at the earliest. */
  onEvent(event: RoomEvent, arrivedAt: number, earliestAt: number): void;
  /** The connection ended though nobody here asked for it; `reason` is Socket.IO's. */
  onDrop(reason: string): void;
  /** Each change of the connection, for a history. */
  onChange?(change: SocketChange, reason?: string): void;
  /** Each message on the wire, also those that the contract does not know: for who wants to see what goes on. */
  onMessage?(direction: 'sent' | 'heard', name: string, values: readonly unknown[]): void;
  /** What a client does that is connected again. */
  readonly comeBack?: ComeBack;
}

export type SocketChange = 'attempt' | 'failed' | 'connected' | 'disconnected';

/** What goes with an operation over the socket. */
export interface Performing {
  readonly meetingId: string;
  readonly input?: unknown;
  readonly unique?: string | undefined;
  /** Take the operation; without them it is not recorded. */
  readonly timings?: Timings | undefined;
  readonly intendedAt?: number | undefined;
}

type Beginning = Pick<Performing, 'timings' | 'intendedAt' | 'unique'> & { readonly isConnect?: boolean };

/** The room first, then the state: what happens in between arrives as events and is not lost. */
export interface ComeBack {
  enter(): Promise<Outcome>;
  /** Removed meanwhile: the service does not know this participant any more. */
  rejoin(): Promise<unknown>;
  /** Takes the whole state over; false when that failed. */
  resync(): Promise<boolean>;
  /** All of it is done, after a connection that was lost at `lostAt`. */
  done?(lostAt: number): void;
}

/** Between two tries to enter the room or to get the state, while the connection stands: doubled each time, up to the second. */
const RETRY_MS = 250;
const LONGEST_RETRY_MS = 5000;

/** The Socket.IO side of the service for one participant: one connection of its own, and one room. */
export class RoomConnection implements SocketListener {
  readonly #options: RoomConnectionOptions;
  readonly #socket: RoomSocket;
  /** Made for waits that a signal ends: few connections ever need it. */
  #ended: AbortController | undefined;
  #isEnded = false;
  #wasConnected = false;
  #hasConnected = false;
  #lostAt: number | undefined;
  #returning: Promise<void> | undefined;
  /** What waits for an answer or a connection; nearly always one, or none. */
  readonly #exchanges: Exchange[] = [];
  /** Ends the attempt to open the connection again that is under way. */
  #reopened: ((isOpen: boolean) => void) | undefined;
  /** The user left by ending the connection. */
  #hasLeft = false;
  /** Why the last attempt to connect failed. */
  #failure: string | undefined;
  /** What the service said when it refused the last connection. */
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

  /** Connected, and no return after a lost connection is still under way. */
  get isBack(): boolean {
    return this.#socket.isConnected && this.#lostAt === undefined;
  }

  /** When the connection was lost that the participant is not back from; undefined when it is there. */
  get lostAt(): number | undefined {
    return this.#lostAt;
  }

  /** Why the last attempt to connect failed: the cause, or the words of a service that refused it. May hold secrets. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Opens the connection; the latency ends when Socket.IO's own handshake is through. */
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
    // What answers after its time has nobody who waits for it.
    if (outcome !== 'ok' && !this.#retriesItself) this.#socket.disconnect();
    return outcome;
  }

  get #retriesItself(): boolean {
    return this.#options.policy?.kind === 'socket.io';
  }

  /** Sends the message of an operation, and waits for what answers it; or ends the connection, where that is the operation. */
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

  /** What nobody answers has a count, and no latency. */
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

  /** Leaving is the end of the connection: nobody answers it. */
  async #disconnect(operation: Disconnect, { timings }: Performing): Promise<Answer> {
    const { clock } = this.#options;
    const startedAt = clock.now();
    const outcome: Outcome = this.#isEnded ? 'aborted' : this.#socket.isConnected ? 'ok' : 'reset';
    // Neither lost nor to be opened again by itself; a later call connects again.
    this.#hasLeft = true;
    this.#hasConnected = false;
    this.#lostAt = undefined;
    this.#socket.disconnect();
    const endedAt = clock.now();
    timings?.operation(whenUnanswered(operation.name)).count(outcome, startedAt);
    return { outcome, startedAt, endedAt };
  }

  /** A lost connection stays lost from here on. */
  stopReturning(): void {
    this.#end();
  }

  /** Closes the engine under Socket.IO, as a fault of the client's own: it comes back by its policy. */
  closeEngine(): void {
    this.#socket.closeEngine();
  }

  /** Ends the connection; whatever still waits for an answer ends as `aborted`. Resolves when no return is under way. */
  async close(): Promise<void> {
    this.#end();
    this.#socket.dispose();
    await this.#returning;
  }

  #end(): void {
    this.#isEnded = true;
    this.#ended?.abort();
    for (const exchange of [...this.#exchanges]) exchange.settle(ABORTED);
    this.#reopened?.(false);
  }

  /** Aborts when the connection is to be lost for good. */
  get #endSignal(): AbortSignal {
    if (!this.#ended) {
      this.#ended = new AbortController();
      if (this.#isEnded) this.#ended.abort();
    }
    return this.#ended.signal;
  }

  // What the socket tells.

  onConnect(): void {
    const { identity, comeBack } = this.#options;
    identity.learn({ socket: { id: this.#socket.id } });
    this.#wasConnected = true;
    this.#changed('connected');
    if (this.#hasConnected && comeBack)
      this.#returning = (this.#returning ?? Promise.resolve()).then(() => this.#comeBack(comeBack));
    this.#hasConnected = true;
    for (const exchange of [...this.#exchanges]) {
      if (exchange.awaits !== 'connection') continue;
      exchange.awaits = undefined;
      exchange.heldMs = this.#socket.heldMs;
      // The latency of `socket.connect` has the first message in it, where there is one.
      if (identity.socket.first) void this.#introduce().then((error) => exchange.settle(error));
      else exchange.settle();
    }
    this.#reopened?.(true);
  }

  // Socket.IO says `disconnect` also where the handshake broke off: that is a failed connect and no drop.
  onDisconnect(reason: string): void {
    const { policy, clock, onDrop } = this.#options;
    this.#changed('disconnected', reason);
    if (this.#wasConnected && !this.#isEnded && !this.#hasLeft) {
      this.#lostAt ??= clock.now();
      onDrop(reason);
      if (policy?.kind === 'exponential') void this.#retryByContract(policy);
    }
    this.#wasConnected = false;
    if (this.#exchanges.length === 0) return;
    const error = broken(reason);
    for (const exchange of [...this.#exchanges]) {
      // Socket.IO tries again by itself, until the time is up.
      if (exchange.isConnect && this.#retriesItself) continue;
      exchange.settle(error);
    }
  }

  onConnectError(error: Error): void {
    this.#changed('failed', error.message);
    this.#refusal = error.message;
    if (!this.#retriesItself)
      for (const exchange of [...this.#exchanges]) if (exchange.isConnect) exchange.settle(error);
    this.#reopened?.(false);
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

  #changed(change: SocketChange, reason?: string): void {
    if (!this.#isEnded) this.#options.onChange?.(change, reason);
  }

  async #comeBack({ enter, rejoin, resync, done }: ComeBack): Promise<void> {
    const { clock } = this.#options;
    if (await this.#introduce()) return;
    let isInside = false;
    let waitMs = RETRY_MS;
    while (this.#socket.isConnected && !this.#isEnded) {
      const entered: Outcome = isInside ? 'ok' : await enter();
      isInside = entered === 'ok';
      if (entered === 'denied') await rejoin();
      if (isInside && (await resync()) && this.#socket.isConnected) {
        const lostAt = this.#lostAt;
        this.#lostAt = undefined;
        if (lostAt !== undefined) done?.(lostAt);
        return;
      }
      // What ended the wait early is looked at next.
      await clock.until(clock.now() + waitMs, this.#endSignal).catch(() => undefined);
      waitMs = Math.min(2 * waitMs, LONGEST_RETRY_MS);
    }
  }

  /** Sends the first message of a connection, where the contract has one that says who the client is; answers why it failed. */
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
    return outcome === 'reset' ? broken(cause) : new Refusal(cause);
  }

  /** The contract's own backoff, for clients that do not leave it to Socket.IO. */
  async #retryByContract(policy: ReconnectPolicy & { kind: 'exponential' }): Promise<void> {
    const { clock } = this.#options;
    for (let attempt = 1; attempt <= policy.attempts; attempt++) {
      const delay = Math.min(policy.maxMs, policy.delayMs * policy.factor ** (attempt - 1));
      try {
        await clock.until(clock.now() + delay, this.#endSignal);
      } catch {
        return; // ended while it waited
      }
      this.#changed('attempt');
      if (await this.#reopen()) return;
    }
  }

  /** One attempt to open the connection again; false when it failed or took too long. */
  async #reopen(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const isOpen = await new Promise<boolean>((resolve) => {
      this.#reopened = resolve;
      timer = setTimeout(resolve, this.#options.timeoutMs, false);
      this.#socket.connect();
    });
    clearTimeout(timer);
    this.#reopened = undefined;
    return isOpen;
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

/** Undefined where the event does not say what it is about. */
function eventIn(definition: EventDefinition, values: Values, entered: string): RoomEvent | undefined {
  const meetingId = definition.meeting ? idOf(definition.meeting(values)) : entered;
  const userId = definition.user ? idOf(definition.user(values)) : '';
  const key = definition.match ? idOf(definition.match(values)) : userId;
  if (meetingId === undefined || userId === undefined || key === undefined) return undefined;
  return { name: definition.name, meetingId, userId, key, definition, values };
}

/** After it, the events of the meeting reach the client. */
function isEntry({ name }: AnyOperation): boolean {
  return name === 'room.enter' || name === 'meeting.join';
}

/** How an acknowledgement is called among messages: it has no name. */
export const ACK = 'ack';
