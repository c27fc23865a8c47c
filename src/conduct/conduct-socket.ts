import { io, type Socket } from 'socket.io-client';
import { deferred } from '../kernel/deferred.ts';
import type { Contract } from '../meetings/contract/contract.ts';
import type { SocketOperation } from '../meetings/contract/operation.ts';
import type { Values } from '../meetings/expressions.ts';
import type { FirstMessage } from '../meetings/identities/credentials.ts';
import type { Identity } from '../meetings/identities/identity.ts';
import { socketAddress } from '../meetings/socket-address.ts';
import { excerpt } from './exchange.ts';
import { ACK, inWords, isYes, type Message, messageReaction } from './message.ts';
import type { Reaction } from './reaction.ts';

/** The answer of the service to a connecting client. */
export type Met =
  | { readonly kind: 'connected'; readonly socket: ConductSocket }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'no answer'; readonly cause: string };

export interface ConductSocketOptions {
  readonly url: string;
  readonly contract: Contract;
  readonly identity: Identity;
  /** The timeout of one answer. */
  readonly timeoutMs: number;
}

/** Socket.IO's own errors. Any other text is a refusal from a middleware of the service. */
const NETWORK_ERROR = /^(websocket error|xhr poll error|timeout|transport error)$/;

/** An unknown namespace. Socket.IO refuses it after the earlier messages of the connection. */
const NO_NAMESPACE = '/fullhouse-conduct';

/** The time to wait for an answer to a message if the service does not refuse unknown namespaces. */
const SILENT_FOR_MS = 100;

/** A Socket.IO connection of a question, with all messages of the service. */
export class ConductSocket {
  readonly #socket: Socket;
  readonly #options: ConductSocketOptions;
  readonly #heard: Message[] = [];
  /** Resolves at the next message and at the end of the connection. */
  #news = deferred<void>();
  #refusesNamespaces = true;

  private constructor(socket: Socket, options: ConductSocketOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.onAny((name: string, ...values: unknown[]) => this.#note({ name, values }));
    socket.on('disconnect', () => this.#wake());
  }

  /** Connects once with the credentials of the identity. */
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
    const timer = setTimeout(() => resolve(noAnswer(timeoutMs)), timeoutMs);
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

  get heard(): readonly Message[] {
    return this.#heard;
  }

  /**
   * Sends a message. An acknowledgement is stored like an event.
   * @returns whether a message is the acknowledgement; undefined if none was requested
   */
  send(
    name: string,
    values: readonly unknown[],
    requestsAck: boolean,
  ): ((heard: Message) => boolean) | undefined {
    let ack: Message | undefined;
    const acknowledge = (...answer: unknown[]) => {
      ack = { name: ACK, values: answer };
      this.#note(ack);
    };
    this.#socket.emit(name, ...values, ...(requestsAck ? [acknowledge] : []));
    return requestsAck ? (heard) => heard === ack : undefined;
  }

  /**
   * Sends the message of an operation and waits for the answer that the contract defines. If the contract defines none,
   * waits for a refusal until the service has handled the message.
   */
  async perform(
    operation: SocketOperation,
    known: Values,
    { values, remark }: { values: readonly unknown[]; remark: string | undefined },
  ): Promise<Reaction> {
    const { timeoutMs } = this.#options;
    const { emit: name, reply } = operation;
    const since = this.#heard.length;
    const isAck = this.send(name, values, reply.kind === 'ack');
    if (reply.kind === 'none') await this.settles(timeoutMs);
    const isAnswer = (heard: Message) => isYes(operation, heard, known) !== undefined;
    const heard = await this.hear(isAck ?? isAnswer, reply.kind === 'none' ? 0 : timeoutMs, since);
    return messageReaction({ name, values, remark }, heard, { operation, known });
  }

  /**
   * Waits for the first message from index `since` on for which the function is true. @returns undefined after the
   * timeout or the end of the connection
   */
  async hear(
    isIt: (heard: Message) => boolean,
    withinMs: number,
    since: number,
  ): Promise<Message | undefined> {
    const found = () => this.#heard.slice(since).find(isIt);
    await this.#until(() => found() !== undefined, withinMs);
    return found();
  }

  /**
   * Waits until the service has handled all sent messages, or for the timeout. @returns whether the connection is still
   * open
   */
  async settles(withinMs: number): Promise<boolean> {
    // A handler may run after the service has read the next packet. After the second answer, it has run.
    for (let time = 0; time < 2 && this.isConnected && this.#refusesNamespaces; time++)
      this.#refusesNamespaces = (await this.#answersNamespace(withinMs)) || !this.isConnected;
    if (!this.#refusesNamespaces) await this.staysFor(SILENT_FOR_MS);
    return this.isConnected;
  }

  /** Waits for this time. @returns whether the connection is still open */
  async staysFor(ms: number): Promise<boolean> {
    await this.#until(() => false, ms);
    return this.isConnected;
  }

  close(): void {
    this.#socket.disconnect();
  }

  /** Sends the message that identifies the client. */
  async #introduce({ emit, json, reply, refusal }: FirstMessage): Promise<Met> {
    const { timeoutMs } = this.#options;
    const since = this.#heard.length;
    const isAck = this.send(emit, json === undefined ? [] : [json], reply === 'ack');
    const isAnswer = ({ name }: Message) => name === reply || name === refusal;
    const heard = await this.hear(isAck ?? isAnswer, reply === 'none' ? SILENT_FOR_MS : timeoutMs, since);
    if (!this.isConnected) return { kind: 'refused', message: `the connection was closed after ${emit}` };
    if (heard !== undefined && heard.name === refusal)
      return { kind: 'refused', message: excerpt(inWords(heard)) };
    if (heard === undefined && reply !== 'none') return noAnswer(timeoutMs);
    return { kind: 'connected', socket: this };
  }

  async #answersNamespace(withinMs: number): Promise<boolean> {
    let isAnswered = false;
    const answered = () => {
      isAnswered = true;
      this.#wake();
    };
    const probe = this.#socket.io.socket(NO_NAMESPACE);
    probe.once('connect_error', answered).once('connect', answered);
    probe.connect();
    await this.#until(() => isAnswered, withinMs);
    probe.off('connect_error', answered).off('connect', answered);
    if (this.isConnected) probe.disconnect();
    return isAnswered;
  }

  /** Waits until `isSo` is true, the time is over, or the connection has ended. */
  async #until(isSo: () => boolean, withinMs: number): Promise<void> {
    const isOver = AbortSignal.timeout(withinMs);
    isOver.addEventListener('abort', () => this.#wake());
    while (!isSo() && !isOver.aborted && this.isConnected) await this.#news.promise;
  }

  #note(heard: Message): void {
    this.#heard.push(heard);
    this.#wake();
  }

  #wake(): void {
    this.#news.resolve();
    this.#news = deferred();
  }
}

/** A server or a proxy may refuse the handshake. `ws` and polling then hide the status in their errors. */
function metWith(error: Error): Met {
  const { message, description } = error as { message: string; description?: unknown };
  const hidden = (description as { error?: Error } | undefined)?.error?.message ?? String(description ?? '');
  const status = /^(?:Unexpected server response: )?(4\d\d)$/.exec(hidden)?.[1];
  if (status !== undefined && status !== '429') return { kind: 'refused', message: `HTTP ${status}` };
  if (NETWORK_ERROR.test(message)) return { kind: 'no answer', cause: hidden || message };
  return { kind: 'refused', message: excerpt(message) };
}

function noAnswer(ms: number): Met {
  return { kind: 'no answer', cause: `no answer within ${ms} ms` };
}
