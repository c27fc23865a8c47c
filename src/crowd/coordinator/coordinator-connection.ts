import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Deferred, deferred } from '../../kernel/deferred.ts';
import { assertNever, UserError } from '../../kernel/errors.ts';
import type { EventCause } from '../../participants/event-deliveries.ts';
import { LevelOrders } from '../levels/level-orders.ts';
import type { SliceReport } from '../slice-report.ts';
import { onLine, sendLine } from './lines.ts';
import type { CrowdRecord, FromCoordinator, FromSlice } from './messages.ts';

/** A worker's connection to the coordinator. Emits `causes` with the causes of room events in other slices. */
export class CoordinatorConnection extends EventEmitter<{ causes: [readonly EventCause[]] }> {
  readonly #socket: Socket;
  readonly #values = new Map<string, Deferred<unknown> & { make: () => Promise<unknown> }>();
  readonly #go = deferred<{ at: number; missing: readonly number[] }>();
  readonly #collected = deferred<CrowdRecord>();
  readonly #answers = new Map<string, Deferred<unknown>>();
  readonly #stop = new AbortController();
  /** The levels of a crowd that has some; they end when the run is stopped. */
  readonly levels = new LevelOrders();
  #closing = false;

  private constructor(socket: Socket) {
    super();
    this.#socket = socket;
    // A rejection without a handler would end the process, and not every caller awaits these promises.
    for (const { promise } of [this.#go, this.#collected]) promise.catch(() => undefined);
    onLine<FromCoordinator>(socket, (message) => this.#received(message));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#closed());
  }

  /** Aborts when the run wants the slice to end, and when the coordinator itself is gone. */
  get stopSignal(): AbortSignal {
    return this.#stop.signal;
  }

  /** `slice` is absent for a client that only collects. */
  static async open(address: string, who: { crowd: string; slice?: number }) {
    const [port, token] = address.split(':') as [string, string];
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect').catch((cause) => {
      throw gone(cause);
    });
    socket.setNoDelay(true);
    const connection = new CoordinatorConnection(socket);
    connection.#send({ type: 'hello', token, ...who });
    return connection;
  }

  /** Waits at the barrier. Resolves with the instant of the common start, in ms of the shared clock. */
  arrive(): Promise<{ at: number; missing: readonly number[] }> {
    this.#send({ type: 'arrive' });
    return this.#go.promise;
  }

  /** A value that one slice makes for the whole crowd; `make` runs in the slice that asks first. */
  shared<Value>(key: string, make: () => Promise<Value>): Promise<Value> {
    if (this.#socket.destroyed) return Promise.reject(gone());
    const value = { ...deferred<unknown>(), make };
    this.#values.set(key, value);
    this.#send({ type: 'want', key });
    return value.promise as Promise<Value>;
  }

  /** Asks the process that leads the run. Rejects when the run is stopped: then the question has no answer any more. */
  ask<Value>(question: string): Promise<Value> {
    if (this.#socket.destroyed) return Promise.reject(gone());
    if (this.#stop.signal.aborted) return Promise.reject(this.#stop.signal.reason);
    const answer = deferred<unknown>();
    this.#answers.set(question, answer);
    this.#send({ type: 'ask', question });
    return answer.promise as Promise<Value>;
  }

  report(report: SliceReport): void {
    this.#send({ type: 'report', report });
  }

  announce(causes: readonly EventCause[]): void {
    this.#send({ type: 'causes', causes });
  }

  collect(): Promise<CrowdRecord> {
    this.#send({ type: 'collect' });
    return this.#collected.promise;
  }

  /** Sends the remaining data, then ends the connection. */
  async close(): Promise<void> {
    this.#closing = true;
    if (this.#socket.destroyed) return;
    this.#socket.end();
    await once(this.#socket, 'close');
  }

  #send(message: FromSlice): void {
    sendLine(this.#socket, message);
  }

  #received(message: FromCoordinator): void {
    switch (message.type) {
      case 'go':
        this.#go.resolve(message);
        break;
      case 'make':
        void this.#make(message.key);
        break;
      case 'made':
        this.#values.get(message.key)?.resolve(message.value);
        break;
      case 'not made':
        this.#values.get(message.key)?.reject(new UserError(message.reason));
        break;
      case 'causes':
        this.emit('causes', message.causes);
        break;
      case 'answer':
        this.#answers.get(message.question)?.resolve(message.value);
        break;
      case 'level':
        if (message.order === null) this.levels.end();
        else this.levels.add(message.order);
        break;
      case 'stop':
        this.#stopped(new UserError(message.reason));
        break;
      case 'collected':
        this.#collected.resolve(message.crowd);
        break;
      default:
        assertNever(message);
    }
  }

  async #make(key: string): Promise<void> {
    try {
      this.#send({ type: 'made', key, value: await this.#values.get(key)?.make() });
    } catch (error) {
      this.#send({ type: 'not made', key, reason: error instanceof Error ? error.message : String(error) });
    }
  }

  #closed(): void {
    if (this.#closing) return;
    const lost = gone();
    this.#collected.reject(lost);
    for (const value of this.#values.values()) value.reject(lost);
    this.#stopped(lost);
  }

  #stopped(reason: UserError): void {
    this.#go.reject(reason); // has no effect once the barrier is open
    for (const answer of this.#answers.values()) answer.reject(reason);
    this.#stop.abort(reason);
    this.levels.end();
  }
}

function gone(cause?: unknown): UserError {
  return new UserError('The main process of the run is gone.', { cause });
}
