import { io, type Socket } from 'socket.io-client';
import type { Clock } from '../kernel/clock.ts';
import { deferred } from '../kernel/deferred.ts';
import type { Via } from '../kernel/reach.ts';
import { causeOfError, outcomeOfError } from '../request-context/failure.ts';
import { whenUnanswered } from '../timings/catalogue.ts';
import type { Outcome } from '../timings/outcome.ts';
import type { Timings } from '../timings/timings.ts';
import { type Answer, causeIn } from './answer.ts';
import type { Contract } from './contract/contract.ts';
import type { Values } from './contract/expressions.ts';
import {
  type AnyOperation,
  type Disconnect,
  type EventDefinition,
  idOf,
  type Reply,
  type SocketOperation,
  wrongIn,
} from './contract/operation.ts';
import type { Identity } from './identities/identity.ts';
import type { ReconnectPolicy } from './reconnect-policy.ts';
import { socketAddress } from './socket-address.ts';

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
  readonly contract: Contract;
  readonly identity: Pick<Identity, 'userId' | 'socket' | 'learn'>;
  readonly timeoutMs: number;
  /** Take `socket.connect`; without them it is not recorded. */
  readonly timings?: Timings;
  readonly clock: Clock;
  /** How a lost connection is opened again; without a policy it stays lost. */
  readonly policy?: ReconnectPolicy;
  /** Each room event, with the instant of its arrival. */
  onEvent(event: RoomEvent, arrivedAt: number): void;
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

/** The refusals of the contract: the service answered, and said no. */
const refusals = new Set(['Authentication required', 'Authentication failed', 'Invalid token']);

/** The Socket.IO side of the service for one participant: one connection of its own, and one room. */
export class RoomConnection {
  readonly #options: RoomConnectionOptions;
  readonly #socket: Socket;
  readonly #ended = new AbortController();
  #wasConnected = false;
  #hasConnected = false;
  #lostAt: number | undefined;
  #returning: Promise<void> = Promise.resolve();
  /** End what waits for an answer or a connection. */
  readonly #waiting = new Set<() => void>();
  /** The user left by ending the connection. */
  #hasLeft = false;
  /** The meeting whose room was entered last. */
  #meetingId = '';

  constructor(options: RoomConnectionOptions) {
    this.#options = options;
    const { policy, contract, identity } = options;
    const { transports = ['websocket'] } = contract.socket ?? {};
    const { auth, query, headers } = identity.socket;
    const address = socketAddress(options, contract.socket);
    this.#socket = io(address.url, {
      ...address.options,
      autoConnect: false,
      // Participants would share one connection without it.
      forceNew: true,
      // Polling first breaks past one or two thousand clients, so `websocket` alone is usual.
      transports: [...transports],
      reconnection: policy?.kind === 'socket.io',
      ...(policy ? { reconnectionDelay: policy.delayMs, reconnectionDelayMax: policy.maxMs } : {}),
      ...(policy?.kind === 'socket.io' ? { randomizationFactor: policy.factor } : {}),
      // Asked for at each attempt: a token may have been renewed meanwhile.
      ...(auth ? { auth: (send: (auth: object) => void) => send(identity.socket.auth ?? {}) } : {}),
      ...(query ? { query: { ...query } } : {}),
      ...(headers ? { extraHeaders: { ...headers } } : {}),
      timeout: options.timeoutMs,
    });
    this.#socket.onAny(this.#arrived);
    if (options.onMessage) {
      this.#socket.onAny((name: string, ...values: unknown[]) => options.onMessage?.('heard', name, values));
      this.#socket.onAnyOutgoing((name: string, ...values: unknown[]) =>
        options.onMessage?.(
          'sent',
          name,
          values.filter((value) => typeof value !== 'function'),
        ),
      );
    }
    this.#socket.on('connect', () => {
      identity.learn({ socket: { id: this.#socket.id } });
      this.#wasConnected = true;
      this.#changed('connected');
      if (this.#hasConnected && options.comeBack)
        this.#returning = this.#returning.then(() => this.#comeBack(options.comeBack!));
      this.#hasConnected = true;
    });
    // Socket.IO says `disconnect` also where the handshake broke off: that is a failed connect and no drop.
    this.#socket.on('disconnect', (reason) => {
      this.#changed('disconnected', reason);
      if (this.#wasConnected && !this.#isEnded && !this.#hasLeft) {
        this.#lostAt ??= options.clock.now();
        options.onDrop(reason);
        if (policy?.kind === 'exponential') void this.#retryByContract(policy);
      }
      this.#wasConnected = false;
    });
    this.#socket.on('connect_error', (error) => this.#changed('failed', error.message));
    this.#socket.io.on('reconnect_attempt', () => this.#changed('attempt'));
  }

  get isConnected(): boolean {
    return this.#socket.connected;
  }

  /** Connected, and no return after a lost connection is still under way. */
  get isBack(): boolean {
    return this.#socket.connected && this.#lostAt === undefined;
  }

  /** When the connection was lost that the participant is not back from; undefined when it is there. */
  get lostAt(): number | undefined {
    return this.#lostAt;
  }

  /** Opens the connection; the latency ends when Socket.IO's own handshake is through. */
  async connect(intendedAt?: number): Promise<Outcome> {
    this.#hasLeft = false;
    const { timings } = this.#options;
    const { outcome } = await this.#measured('socket.connect', timings, intendedAt, (settle) => {
      const connected = () => {
        void this.#introduce().then(settle);
      };
      const dropped = (reason: string) => settle(broken(reason));
      this.#socket.once('connect', connected);
      // Socket.IO tries again by itself, until the time is up.
      if (!this.#retriesItself) this.#socket.once('connect_error', settle).once('disconnect', dropped);
      this.#socket.connect();
      return () => {
        this.#socket.off('connect', connected).off('connect_error', settle).off('disconnect', dropped);
      };
    });
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

  async #send(operation: SocketOperation, performing: Performing): Promise<Answer> {
    const { meetingId, input, unique, timings, intendedAt } = performing;
    const { contract, identity } = this.#options;
    const known = { user: identity.userId, meeting: meetingId, input, unique, env: contract.environment };
    if (isEntry(operation)) this.#meetingId = meetingId;
    if (operation.reply.kind === 'none') return this.#sendOnly(operation, known, performing);
    let values: Values | undefined;
    const answered = (...args: readonly unknown[]) => {
      values = { ...known, payload: args[0], args };
    };
    const measured = await this.#measured(operation.name, timings, intendedAt, (settle) => {
      const replied = (...args: readonly unknown[]) => {
        if (operation.reply.kind === 'ack') this.#options.onMessage?.('heard', ACK, args);
        answered(...args);
        settle(refusalIn(operation, values!, identity.userId));
      };
      const dropped = (reason: string) => settle(broken(reason));
      this.#socket.once('disconnect', dropped);
      const forgets = [
        this.#await(replyOf(operation.reply), known, replied),
        this.#await(operation.refusal, known, (payload) =>
          settle(new Refusal(causeIn(payload) || 'refused')),
        ),
      ];
      // Socket.IO would keep the message for a connection that never comes.
      if (!this.#socket.connected) settle(broken('not connected'));
      else if (operation.reply.kind === 'ack')
        this.#socket.emit(operation.emit, ...operation.args(known), replied);
      else this.#socket.emit(operation.emit, ...operation.args(known));
      return () => {
        this.#socket.off('disconnect', dropped);
        for (const forget of forgets) forget?.();
      };
    });
    const ended = unique === undefined ? measured : { ...measured, unique };
    return ended.outcome === 'ok' && values ? { ...ended, values } : ended;
  }

  /** What nobody answers has a count, and no latency. */
  #sendOnly(operation: SocketOperation, known: Values, { timings, unique }: Performing): Answer {
    const startedAt = this.#options.clock.now();
    const isSent = this.#socket.connected;
    if (isSent) this.#socket.emit(operation.emit, ...operation.args(known));
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
    const outcome: Outcome = this.#isEnded ? 'aborted' : this.#socket.connected ? 'ok' : 'reset';
    // Neither lost nor to be opened again by itself; a later call connects again.
    this.#hasLeft = true;
    this.#hasConnected = false;
    this.#lostAt = undefined;
    this.#socket.disconnect();
    const endedAt = clock.now();
    timings?.operation(whenUnanswered(operation.name)).count(outcome, startedAt);
    return { outcome, startedAt, endedAt };
  }

  /** Waits for an event; answers what ends the wait. */
  #await(
    awaited: { readonly on: string; readonly when?: (values: Values) => boolean | undefined } | undefined,
    known: Values,
    arrived: (...args: readonly unknown[]) => void,
  ): (() => void) | undefined {
    if (!awaited) return undefined;
    const { on, when } = awaited;
    const heard = (...args: readonly unknown[]) => {
      if (when && when({ ...known, payload: args[0], args }) !== true) return;
      arrived(...args);
    };
    this.#socket.on(on, heard);
    return () => this.#socket.off(on, heard);
  }

  /** A lost connection stays lost from here on. */
  stopReturning(): void {
    this.#ended.abort();
    for (const giveUp of this.#waiting) giveUp();
  }

  /** Closes the engine under Socket.IO, as a fault of the client's own: it comes back by its policy. */
  closeEngine(): void {
    this.#socket.io.engine.close();
  }

  /** Ends the connection; whatever still waits for an answer ends as `aborted`. Resolves when no return is under way. */
  async close(): Promise<void> {
    this.#ended.abort();
    for (const giveUp of this.#waiting) giveUp();
    this.#socket.io.reconnection(false);
    this.#socket.disconnect();
    this.#socket.removeAllListeners().io.removeAllListeners();
    await this.#returning;
  }

  get #isEnded(): boolean {
    return this.#ended.signal.aborted;
  }

  #changed(change: SocketChange, reason?: string): void {
    if (!this.#isEnded) this.#options.onChange?.(change, reason);
  }

  async #comeBack({ enter, rejoin, resync, done }: ComeBack): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#ended;
    if (await this.#introduce()) return;
    let isInside = false;
    let waitMs = RETRY_MS;
    while (this.#socket.connected && !signal.aborted) {
      const entered: Outcome = isInside ? 'ok' : await enter();
      isInside = entered === 'ok';
      if (entered === 'denied') await rejoin();
      if (isInside && (await resync()) && this.#socket.connected) {
        const lostAt = this.#lostAt;
        this.#lostAt = undefined;
        if (lostAt !== undefined) done?.(lostAt);
        return;
      }
      await clock.until(clock.now() + waitMs, signal).catch(() => undefined); // the signal is looked at next
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
        await clock.until(clock.now() + delay, this.#ended.signal);
      } catch {
        return; // ended while it waited
      }
      this.#changed('attempt');
      if (await this.#reopened()) return;
    }
  }

  /** One attempt to open the connection again; false when it failed or took too long. */
  async #reopened(): Promise<boolean> {
    const { promise, resolve } = deferred<boolean>();
    const [connected, failed] = [() => resolve(true), () => resolve(false)];
    const timer = setTimeout(failed, this.#options.timeoutMs);
    this.#waiting.add(failed);
    this.#socket.once('connect', connected).once('connect_error', failed);
    this.#socket.connect();
    const isOpen = await promise;
    clearTimeout(timer);
    this.#waiting.delete(failed);
    this.#socket.off('connect', connected).off('connect_error', failed);
    return isOpen;
  }

  /** `begin` starts the exchange, calls `settle` at its end, and returns what removes its listeners. */
  async #measured(
    operation: string,
    recorder: Timings | undefined,
    intendedAt: number | undefined,
    begin: (settle: (error?: Error) => void) => () => void,
  ): Promise<Pick<Answer, 'outcome' | 'cause' | 'startedAt' | 'endedAt'>> {
    const { clock, timeoutMs } = this.#options;
    const timings = recorder?.operation(operation);
    const startedAt = clock.now();
    if (this.#isEnded) {
      timings?.record('aborted', startedAt, startedAt);
      return { outcome: 'aborted', startedAt, endedAt: startedAt };
    }
    const { promise, resolve } = deferred<Error | undefined>();
    const settle = (failure?: Error) => resolve(failure);
    const timer = setTimeout(() => settle(new Refusal('timeout')), timeoutMs);
    const giveUp = () => settle(new Refusal('aborted'));
    this.#waiting.add(giveUp);
    const cleanUp = begin(settle);
    const error = await promise;
    const endedAt = clock.now();
    clearTimeout(timer);
    cleanUp();
    this.#waiting.delete(giveUp);
    const outcome = error === undefined ? 'ok' : outcomeOfSocketError(error);
    timings?.record(outcome, startedAt, endedAt, intendedAt);
    if (error === undefined) return { outcome, startedAt, endedAt };
    const cause = causeOfSocketError(error);
    timings?.failure(outcome, cause, error.message);
    return { outcome, cause, startedAt, endedAt };
  }

  readonly #arrived = (wire: string, ...args: readonly unknown[]): void => {
    const arrivedAt = this.#options.clock.now();
    const { contract, identity, onEvent } = this.#options;
    const definitions = contract.eventsByWire.get(wire);
    if (!definitions) return;
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
      if (event) onEvent(event, arrivedAt);
    }
  };
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

function replyOf(reply: Reply) {
  return reply.kind === 'event' ? reply : undefined;
}

/** Why the contract does not call a reply a success; undefined where it does. */
function refusalIn(operation: SocketOperation, values: Values, userId: string): Error | undefined {
  if (operation.ok && operation.ok(values) !== true) return new Refusal(causeIn(values.payload) || 'refused');
  const wrong = wrongIn(operation, values, String(values.meeting), userId);
  return wrong === undefined ? undefined : new WrongAnswer(wrong);
}

/** How an acknowledgement is called among messages: it has no name. */
export const ACK = 'ack';

/** What the service, or this side, decided; not a failure of the network. */
class Refusal extends Error {}

/** The service answered, about something else. */
class WrongAnswer extends Error {}

/** The connection went away while something was asked of it. */
function broken(reason: string): Error {
  return Object.assign(new Error(reason), { code: 'ECONNRESET' });
}

function outcomeOfSocketError(error: Error): Outcome {
  if (error instanceof Refusal) {
    return error.message === 'timeout' || error.message === 'aborted' ? error.message : 'denied';
  }
  if (error instanceof WrongAnswer) return 'invalid';
  if (refusals.has(error.message)) return 'denied';
  // The engine hides the network's error inside its own: TransportError.description is the event of `ws`.
  return outcomeOfError(networkError(error));
}

function causeOfSocketError(error: Error): string {
  return error instanceof Refusal || error instanceof WrongAnswer || refusals.has(error.message)
    ? error.message
    : causeOfError(networkError(error));
}

function networkError(error: Error): unknown {
  const { description } = error as { description?: { error?: unknown } };
  const hidden = description?.error ?? error;
  // What `ws` says when the upgrade to a WebSocket is answered like any other request, by a proxy for example.
  const status = /^Unexpected server response: (\d{3})$/.exec(
    hidden instanceof Error ? hidden.message : '',
  )?.[1];
  return status === undefined
    ? hidden
    : Object.assign(new Error(`HTTP ${status}`), { status: Number(status) });
}
