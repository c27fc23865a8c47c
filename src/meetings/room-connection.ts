import { io, type Socket } from 'socket.io-client';
import type { Clock } from '../kernel/clock.ts';
import { deferred } from '../kernel/deferred.ts';
import { causeOfError, outcomeOfError } from '../request-context/failure.ts';
import type { Outcome } from '../timings/outcome.ts';
import type { Timings } from '../timings/timings.ts';
import type { RoomEvent } from './contract.ts';

export interface RoomConnectionOptions {
  /** Socket.IO base address. */
  readonly url: string;
  readonly token: string;
  readonly timeoutMs: number;
  readonly timings: Timings;
  readonly clock: Clock;
  /** Each room event, with the instant of its arrival. */
  onEvent(event: RoomEvent, arrivedAt: number): void;
  /** The connection ended though nobody here asked for it; `reason` is Socket.IO's. */
  onDrop(reason: string): void;
}

/** The refusals of the contract: the service answered, and said no. */
const refusals = new Set(['Authentication required', 'Authentication failed', 'Invalid token']);

/** The Socket.IO side of the service for one participant: one connection of its own, and one room. */
export class RoomConnection {
  readonly #options: RoomConnectionOptions;
  readonly #socket: Socket;
  #closing = false;
  #wasConnected = false;
  #giveUp: (() => void) | undefined;

  constructor(options: RoomConnectionOptions) {
    this.#options = options;
    this.#socket = io(options.url, {
      autoConnect: false,
      // Participants would share one connection without it.
      forceNew: true,
      // Polling first breaks past one or two thousand clients.
      transports: ['websocket'],
      // A load run counts every failed connect and every drop instead of hiding them behind retries.
      reconnection: false,
      auth: { token: options.token },
      timeout: options.timeoutMs,
    });
    this.#socket.onAny(this.#arrived);
    this.#socket.on('connect', () => {
      this.#wasConnected = true;
    });
    // Socket.IO says `disconnect` also where the handshake broke off: that is a failed connect and no drop.
    this.#socket.on('disconnect', (reason) => {
      if (this.#wasConnected && !this.#closing) options.onDrop(reason);
      this.#wasConnected = false;
    });
  }

  /** Opens the connection; the latency ends when Socket.IO's own handshake is through. */
  async connect(intendedAt?: number): Promise<Outcome> {
    const outcome = await this.#measured('socket.connect', intendedAt, (settle) => {
      const connected = () => settle();
      const dropped = (reason: string) => settle(broken(reason));
      this.#socket.once('connect', connected).once('connect_error', settle).once('disconnect', dropped);
      this.#socket.connect();
      return () => {
        this.#socket.off('connect', connected).off('connect_error', settle).off('disconnect', dropped);
      };
    });
    // What answers after its time has nobody who waits for it.
    if (outcome !== 'ok') this.#socket.disconnect();
    return outcome;
  }

  /** Enters the room of a meeting that the participant has joined. */
  enter(meetingId: string, intendedAt?: number): Promise<Outcome> {
    return this.#measured('room.enter', intendedAt, (settle) => {
      const joined = (answer?: { meetingId?: string }) => {
        if (answer?.meetingId === undefined || answer.meetingId === meetingId) settle();
      };
      const denied = (answer?: { error?: string }) => settle(new Refusal(answer?.error ?? 'refused'));
      const dropped = (reason: string) => settle(broken(reason));
      this.#socket.on('meeting:joined', joined).once('meeting:error', denied).once('disconnect', dropped);
      if (this.#socket.connected) this.#socket.emit('meeting:join', { meetingId });
      // Socket.IO would keep the message for a connection that never comes.
      else settle(broken('not connected'));
      return () => {
        this.#socket.off('meeting:joined', joined).off('meeting:error', denied).off('disconnect', dropped);
      };
    });
  }

  /** Ends the connection; whatever still waits for an answer ends as `aborted`. */
  close(): void {
    this.#closing = true;
    this.#giveUp?.();
    this.#socket.disconnect();
  }

  /** `begin` starts the exchange, calls `settle` at its end, and returns what removes its listeners. */
  async #measured(
    operation: 'socket.connect' | 'room.enter',
    intendedAt: number | undefined,
    begin: (settle: (error?: Error) => void) => () => void,
  ): Promise<Outcome> {
    const { clock, timings, timeoutMs } = this.#options;
    const startedAt = clock.now();
    if (this.#closing) {
      timings.operation(operation).record('aborted', startedAt, startedAt);
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
    timings.operation(operation).record(outcome, startedAt, endedAt, intendedAt);
    if (error) timings.operation(operation).failure(outcome, causeOfSocketError(error), error.message);
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

/** The connection went away while something was asked of it. */
function broken(reason: string): Error {
  return Object.assign(new Error(reason), { code: 'ECONNRESET' });
}

function outcomeOfSocketError(error: Error): Outcome {
  if (error instanceof Refusal) {
    return error.message === 'timeout' || error.message === 'aborted' ? error.message : 'denied';
  }
  if (refusals.has(error.message)) return 'denied';
  // The engine hides the network's error inside its own: TransportError.description is the event of `ws`.
  return outcomeOfError(networkError(error));
}

function causeOfSocketError(error: Error): string {
  return error instanceof Refusal || refusals.has(error.message)
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
