import { io, type Socket } from 'socket.io-client';
import { deferred } from '../kernel/deferred.ts';
import type { Sample } from './answered.ts';
import { excerpt } from './exchange.ts';

/** One message of the service. */
export interface Heard {
  readonly name: string;
  readonly values: readonly unknown[];
}

/** How the service met a client that wants to connect. */
export type Met =
  | { readonly kind: 'connected'; readonly socket: ConductSocket }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'no answer'; readonly cause: string };

/** The service's words for a token that it does not take; any other text of a middleware is a refusal as well. */
const NETWORK_ERROR = /^(websocket error|xhr poll error|timeout|transport error)$/;

/** One Socket.IO connection of a question, with all that it heard. */
export class ConductSocket {
  readonly #socket: Socket;
  readonly #heard: Heard[] = [];
  readonly #waiting = new Set<() => void>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.onAny((name: string, ...values: unknown[]) => this.#note({ name, values }));
    socket.on('disconnect', () => this.#wake());
  }

  /** Connects once, with this token or with none. */
  static connect(url: string, token: string | undefined, timeoutMs: number): Promise<Met> {
    const socket = io(url, {
      forceNew: true,
      transports: ['websocket'],
      reconnection: false,
      timeout: timeoutMs,
      auth: token === undefined ? {} : { token },
    });
    const connection = new ConductSocket(socket);
    const { promise, resolve } = deferred<Met>();
    const timer = setTimeout(
      () => resolve({ kind: 'no answer', cause: `no answer within ${timeoutMs} ms` }),
      timeoutMs,
    );
    socket.once('connect', () => resolve({ kind: 'connected', socket: connection }));
    socket.once('connect_error', ({ message }) =>
      resolve(
        NETWORK_ERROR.test(message)
          ? { kind: 'no answer', cause: message }
          : { kind: 'refused', message: excerpt(message) },
      ),
    );
    return promise.then((met) => {
      clearTimeout(timer);
      if (met.kind !== 'connected') socket.disconnect();
      return met;
    });
  }

  get isConnected(): boolean {
    return this.#socket.connected;
  }

  get heard(): readonly Heard[] {
    return this.#heard;
  }

  emit(name: string, ...values: readonly unknown[]): void {
    this.#socket.emit(name, ...values);
  }

  /**
   * Waits for the first message, of those that come after this call, about which the function says yes; undefined when
   * the time is over or the connection is gone.
   */
  async hear(
    isIt: (heard: Heard) => boolean,
    withinMs: number,
    since = this.#heard.length,
  ): Promise<Heard | undefined> {
    const isOver = AbortSignal.timeout(withinMs);
    for (let next = since; ; ) {
      while (next < this.#heard.length) {
        const heard = this.#heard[next++]!;
        if (isIt(heard)) return heard;
      }
      if (isOver.aborted || !this.isConnected) return undefined;
      await this.#news(isOver);
    }
  }

  /** Whether the service answers a ping. */
  async isAnswering(withinMs: number): Promise<boolean> {
    if (!this.isConnected) return false;
    const pong = this.hear(({ name }) => name === 'pong', withinMs);
    this.emit('ping');
    return (await pong) !== undefined;
  }

  /** Watches the connection for so long; whether it still stands then. */
  async staysFor(ms: number): Promise<boolean> {
    await this.hear(() => false, ms);
    return this.isConnected;
  }

  close(): void {
    this.#socket.disconnect();
  }

  #note(heard: Heard): void {
    this.#heard.push(heard);
    this.#wake();
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  #news(isOver: AbortSignal): Promise<void> {
    const { promise, resolve } = deferred<void>();
    const wake = () => {
      this.#waiting.delete(wake);
      isOver.removeEventListener('abort', wake);
      resolve();
    };
    this.#waiting.add(wake);
    isOver.addEventListener('abort', wake);
    return promise;
  }
}

/** What was sent over a socket and what came back, as a finding shows it. */
export function socketSample(
  sent: { name: string; values: readonly unknown[]; remark?: string },
  answer: string,
): Sample {
  const { name, values, remark } = sent;
  const request = [`emit ${name}`, ...values.map(inShort), remark && `(${remark})`].filter(Boolean).join(' ');
  return { request: excerpt(request), answer: excerpt(answer, 300) };
}

/** A message as a finding shows it. */
export function heardInWords({ name, values }: Heard): string {
  return [name, ...values.map(inShort)].join(' ');
}

function inShort(value: unknown): string {
  return value === undefined ? 'undefined' : JSON.stringify(value);
}
