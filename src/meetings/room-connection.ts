import { io, type Socket } from 'socket.io-client';
import type { Clock } from '../kernel/clock.ts';
import { deferred } from '../kernel/deferred.ts';
import { causeOfError, outcomeOfError } from '../request-context/failure.ts';
import type { Outcome } from '../timings/outcome.ts';
import type { Timings } from '../timings/timings.ts';
import type { RoomEvent } from './contract.ts';
import { aboutMeeting, socketOperations } from './operations.ts';
import type { ReconnectPolicy } from './reconnect-policy.ts';

export interface RoomConnectionOptions {
  /** Socket.IO base address. */
  readonly url: string;
  readonly token: string;
  readonly timeoutMs: number;
  /** Take `socket.connect` and `room.enter` when they are asked for; without them nothing is recorded. */
  readonly timings?: Timings;
  readonly clock: Clock;
  /** Polling first breaks past one or two thousand clients, so `websocket` alone is the default. */
  readonly transports?: readonly ('websocket' | 'polling')[];
  /** How a lost connection is opened again; without a policy it stays lost. */
  readonly policy?: ReconnectPolicy;
  /** Each room event, with the instant of its arrival. */
  onEvent(event: RoomEvent, arrivedAt: number): void;
  /** The connection ended though nobody here asked for it; `reason` is Socket.IO's. */
  onDrop(reason: string): void;
  /** Each change of the connection, for a history. */
  onChange?(change: SocketChange, reason?: string): void;
  /** What a client does that is connected again. */
  readonly comeBack?: ComeBack;
}

export type SocketChange = 'attempt' | 'failed' | 'connected' | 'disconnected';

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

/** Between two tries to enter the room or to get the state, while the connection stands. */
const RETRY_MS = 250;

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
  #giveUp: (() => void) | undefined;

  constructor(options: RoomConnectionOptions) {
    this.#options = options;
    const { policy } = options;
    this.#socket = io(options.url, {
      autoConnect: false,
      // Participants would share one connection without it.
      forceNew: true,
      transports: [...(options.transports ?? ['websocket'])],
      reconnection: policy?.kind === 'socket.io',
      ...(policy ? { reconnectionDelay: policy.delayMs, reconnectionDelayMax: policy.maxMs } : {}),
      ...(policy?.kind === 'socket.io' ? { randomizationFactor: policy.factor } : {}),
      auth: { token: options.token },
      timeout: options.timeoutMs,
    });
    this.#socket.onAny(this.#arrived);
    this.#socket.on('connect', () => {
      this.#wasConnected = true;
      this.#changed('connected');
      if (this.#hasConnected && options.comeBack)
        this.#returning = this.#returning.then(() => this.#comeBack(options.comeBack!));
      this.#hasConnected = true;
    });
    // Socket.IO says `disconnect` also where the handshake broke off: that is a failed connect and no drop.
    this.#socket.on('disconnect', (reason) => {
      this.#changed('disconnected', reason);
      if (this.#wasConnected && !this.#isEnded) {
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
    const outcome = await this.#measured('socket.connect', intendedAt, (settle) => {
      const connected = () => settle();
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

  /** Enters the room of a meeting that the participant has joined. */
  enter(meetingId: string, intendedAt?: number): Promise<Outcome> {
    return this.#measured('room.enter', intendedAt, (settle) => {
      const joined = (answer?: { meetingId?: unknown }) => {
        const wrong = aboutMeeting(answer?.meetingId, meetingId);
        settle(wrong === undefined ? undefined : new WrongAnswer(wrong));
      };
      const denied = (answer?: { error?: string }) => settle(new Refusal(answer?.error ?? 'refused'));
      const dropped = (reason: string) => settle(broken(reason));
      this.#socket.once(ENTER.answer, joined).once(ENTER.refusal, denied).once('disconnect', dropped);
      if (this.#socket.connected) this.#socket.emit(ENTER.emit, { meetingId });
      // Socket.IO would keep the message for a connection that never comes.
      else settle(broken('not connected'));
      return () => {
        this.#socket.off(ENTER.answer, joined).off(ENTER.refusal, denied).off('disconnect', dropped);
      };
    });
  }

  /** A lost connection stays lost from here on. */
  stopReturning(): void {
    this.#ended.abort();
    this.#giveUp?.();
  }

  /** Closes the engine under Socket.IO, as a fault of the client's own: it comes back by its policy. */
  closeEngine(): void {
    this.#socket.io.engine.close();
  }

  /** Ends the connection; whatever still waits for an answer ends as `aborted`. Resolves when no return is under way. */
  async close(): Promise<void> {
    this.#ended.abort();
    this.#giveUp?.();
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
    let isInside = false;
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
      await clock.until(clock.now() + RETRY_MS, signal).catch(() => undefined); // the signal is looked at next
    }
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
    this.#giveUp = failed;
    this.#socket.once('connect', connected).once('connect_error', failed);
    this.#socket.connect();
    const isOpen = await promise;
    clearTimeout(timer);
    this.#socket.off('connect', connected).off('connect_error', failed);
    return isOpen;
  }

  /** `begin` starts the exchange, calls `settle` at its end, and returns what removes its listeners. */
  async #measured(
    operation: 'socket.connect' | 'room.enter',
    intendedAt: number | undefined,
    begin: (settle: (error?: Error) => void) => () => void,
  ): Promise<Outcome> {
    const { clock, timeoutMs } = this.#options;
    const timings = this.#options.timings?.operation(operation);
    const startedAt = clock.now();
    if (this.#isEnded) {
      timings?.record('aborted', startedAt, startedAt);
      return 'aborted';
    }
    const { promise, resolve } = deferred<Error | undefined>();
    const settle = (failure?: Error) => resolve(failure);
    const timer = setTimeout(() => settle(new Refusal('timeout')), timeoutMs);
    this.#giveUp = () => settle(new Refusal('aborted'));
    const cleanUp = begin(settle);
    const error = await promise;
    const endedAt = clock.now();
    clearTimeout(timer);
    cleanUp();
    this.#giveUp = undefined;
    const outcome = error === undefined ? 'ok' : outcomeOfSocketError(error);
    timings?.record(outcome, startedAt, endedAt, intendedAt);
    if (error) timings?.failure(outcome, causeOfSocketError(error), error.message);
    return outcome;
  }

  readonly #arrived = (name: string, payload: unknown): void => {
    const arrivedAt = this.#options.clock.now();
    if (typeof payload !== 'object' || payload === null) return;
    const { meetingId, userId } = payload as { meetingId?: unknown; userId?: unknown };
    if (typeof meetingId !== 'string' || typeof userId !== 'string') return;
    this.#options.onEvent({ name, meetingId, userId, payload: payload as RoomEvent['payload'] }, arrivedAt);
  };
}

/** What the service, or this side, decided; not a failure of the network. */
class Refusal extends Error {}

/** The service answered, about something else. */
class WrongAnswer extends Error {}

const ENTER = socketOperations['room.enter'];

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
