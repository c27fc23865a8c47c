import { io, type Socket } from 'socket.io-client';
import { deferred } from '../kernel/deferred.ts';
import type { Contract } from '../meetings/contract/contract.ts';
import type { Values } from '../meetings/contract/expressions.ts';
import type { SocketOperation } from '../meetings/contract/operation.ts';
import type { FirstMessage } from '../meetings/identities/credentials.ts';
import type { Identity } from '../meetings/identities/identity.ts';
import { socketAddress } from '../meetings/socket-address.ts';
import { excerpt } from './exchange.ts';
import { ACK, type Heard, heardInWords, isYes, Message } from './message.ts';

/** How the service met a client that wants to connect. */
export type Met =
  | { readonly kind: 'connected'; readonly socket: ConductSocket }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'no answer'; readonly cause: string };

export interface ConductSocketOptions {
  readonly url: string;
  readonly contract: Contract;
  readonly identity: Identity;
  /** For one answer. */
  readonly timeoutMs: number;
}

/** Any other text comes from a middleware of the service: it is a refusal. */
const NETWORK_ERROR = /^(websocket error|xhr poll error|timeout|transport error)$/;

/** Socket.IO refuses it, in the order of the messages of a connection. */
const NO_NAMESPACE = '/fullhouse-conduct';

/** For a service that does not refuse namespaces: what it says to a message comes within this time. */
const SILENT_FOR_MS = 100;

/** One Socket.IO connection of a question, with all that it heard. */
export class ConductSocket {
  readonly #socket: Socket;
  readonly #options: ConductSocketOptions;
  readonly #heard: Heard[] = [];
  readonly #waiting = new Set<() => void>();
  #refusesNamespaces = true;

  private constructor(socket: Socket, options: ConductSocketOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.onAny((name: string, ...values: unknown[]) => this.#note({ name, values }));
    socket.on('disconnect', () => this.#wake());
  }

  /** Connects once, with these credentials. */
  static async connect(options: ConductSocketOptions): Promise<Met> {
    const { url, contract, identity, timeoutMs } = options;
    const { transports = ['websocket'] } = contract.socket ?? {};
    const { auth, query, headers, first } = identity.socket;
    const address = socketAddress({ url }, contract.socket);
    const socket = io(address.url, {
      ...address.options,
      forceNew: true,
      transports: [...transports],
      reconnection: false,
      timeout: timeoutMs,
      ...(auth ? { auth: { ...auth } } : {}),
      ...(query ? { query: { ...query } } : {}),
      ...(headers ? { extraHeaders: { ...headers } } : {}),
    });
    const connection = new ConductSocket(socket, options);
    const { promise, resolve } = deferred<Met>();
    const timer = setTimeout(() => resolve({ kind: 'no answer', cause: within(timeoutMs) }), timeoutMs);
    socket.once('connect', () => {
      identity.learn({ socket: { id: socket.id } });
      resolve({ kind: 'connected', socket: connection });
    });
    socket.once('connect_error', (error) => resolve(metWith(error)));
    const met = await promise;
    clearTimeout(timer);
    const introduced = met.kind === 'connected' && first ? await connection.#introduce(first) : met;
    if (introduced.kind !== 'connected') socket.disconnect();
    return introduced;
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

  /** The same for a message that wants an acknowledgement; one that comes is heard like an event. */
  emitWithAck(name: string, ...values: readonly unknown[]): void {
    this.#socket.emit(name, ...values, (...answer: unknown[]) => this.#note({ name: ACK, values: answer }));
  }

  /**
   * Sends the message of an operation and waits for what the contract says of its answer. Where nothing answers it, a
   * refusal is waited for until the service has handled the message.
   */
  async perform(
    operation: SocketOperation,
    known: Values,
    { values = operation.args(known), remark }: { values?: readonly unknown[]; remark?: string | undefined },
  ): Promise<Message> {
    const { timeoutMs } = this.#options;
    const since = this.#heard.length;
    const isAnswer = (heard: Heard) => isYes(operation, heard, known) !== undefined;
    const heard = await this.#answered(operation, values, async () => {
      if (operation.reply.kind === 'event') return this.hear(isAnswer, timeoutMs, since);
      await this.settles(timeoutMs);
      return this.#heard.slice(since).find(isAnswer);
    });
    return new Message({ operation, known, heard, said: { name: operation.emit, values, remark } });
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

  /**
   * Waits until the service has handled what was sent before, or the time is over. @returns whether the connection
   * still stands
   */
  async settles(withinMs: number): Promise<boolean> {
    // A handler may run after the packet that follows its own was read: at the second answer it has run.
    for (let time = 0; time < 2 && this.isConnected && this.#refusesNamespaces; time++)
      this.#refusesNamespaces = (await this.#answersNamespace(withinMs)) || !this.isConnected;
    if (!this.#refusesNamespaces) await this.staysFor(SILENT_FOR_MS);
    return this.isConnected;
  }

  /** Watches the connection for so long; whether it still stands then. */
  async staysFor(ms: number): Promise<boolean> {
    await this.hear(() => false, ms);
    return this.isConnected;
  }

  close(): void {
    this.#socket.disconnect();
  }

  /** The message with which a client says who it is. */
  async #introduce({ emit, json, reply, refusal }: FirstMessage): Promise<Met> {
    const { timeoutMs } = this.#options;
    const values = json === undefined ? [] : [json];
    const isAnswer = ({ name }: Heard) => name === reply || name === refusal;
    const since = this.#heard.length;
    const heard = await this.#answered({ emit, reply: { kind: reply } }, values, () =>
      this.hear(isAnswer, reply === 'none' ? SILENT_FOR_MS : timeoutMs, since),
    );
    if (!this.isConnected) return { kind: 'refused', message: `the connection was closed after ${emit}` };
    if (heard !== undefined && heard.name === refusal)
      return { kind: 'refused', message: excerpt(heardInWords(heard)) };
    if (heard === undefined && reply !== 'none') return { kind: 'no answer', cause: within(timeoutMs) };
    return { kind: 'connected', socket: this };
  }

  /** Sends a message; `wait` is for all answers but acknowledgements. */
  #answered(
    { emit, reply }: { readonly emit: string; readonly reply: { readonly kind: string } },
    values: readonly unknown[],
    wait: () => Promise<Heard | undefined>,
  ): Promise<Heard | undefined> {
    if (reply.kind === 'ack') return this.#acknowledged(emit, values);
    this.emit(emit, ...values);
    return wait();
  }

  #acknowledged(name: string, values: readonly unknown[]): Promise<Heard | undefined> {
    const { promise, resolve } = deferred<Heard | undefined>();
    const none = () => resolve(undefined);
    const timer = setTimeout(none, this.#options.timeoutMs);
    this.#socket.once('disconnect', none);
    this.#socket.emit(name, ...values, (...answer: unknown[]) => resolve({ name: ACK, values: answer }));
    return promise.finally(() => {
      clearTimeout(timer);
      this.#socket.off('disconnect', none);
    });
  }

  #answersNamespace(withinMs: number): Promise<boolean> {
    const { promise, resolve } = deferred<boolean>();
    const [yes, no] = [() => resolve(true), () => resolve(false)];
    const timer = setTimeout(no, withinMs);
    const wish = this.#socket.io.socket(NO_NAMESPACE);
    wish.once('connect_error', yes).once('connect', yes);
    this.#socket.once('disconnect', no);
    wish.connect();
    return promise.finally(() => {
      clearTimeout(timer);
      wish.off('connect_error', yes).off('connect', yes);
      if (this.isConnected) wish.disconnect();
      this.#socket.off('disconnect', no);
    });
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

/** A server, or a proxy before it, may refuse the handshake itself: `ws` and polling hide the status in their errors. */
function metWith(error: Error): Met {
  const { message, description } = error as { message: string; description?: unknown };
  const hidden = (description as { error?: Error } | undefined)?.error?.message ?? String(description ?? '');
  const status = /^(?:Unexpected server response: )?(4\d\d)$/.exec(hidden)?.[1];
  if (status !== undefined && status !== '429') return { kind: 'refused', message: `HTTP ${status}` };
  if (NETWORK_ERROR.test(message)) return { kind: 'no answer', cause: hidden || message };
  return { kind: 'refused', message: excerpt(message) };
}

function within(ms: number): string {
  return `no answer within ${ms} ms`;
}
