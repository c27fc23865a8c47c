import { arrivals } from '../../kernel/arrivals.ts';
import { systemClock } from '../../kernel/clock.ts';
import { jsonIn } from '../../kernel/json.ts';
import { serviceAddress } from '../socket-address.ts';
import { backoffMs } from './backoff.ts';
import type { RoomSocketOptions, SocketListener } from './room-socket.ts';
import { reasonOf } from './too-large.ts';
import { type WebSocketListener, type WebSocketTarget, WireWebSocket } from './wire-web-socket.ts';

/** The first characters of Engine.IO's packets. */
const OPEN = 48;
const CLOSE = 49;
const PING = 50;
const PONG = 51;
const MESSAGE = 52;
const UPGRADE = 53;
const NOOP = 54;
const BASE64 = 98;

/**
 * The connection below a Socket.IO client, over WebSocket only: the states of `socket.io-client`'s Manager and Engine,
 * with its messages and its backoff. A base class, not a separate object: a crowd has thousands of connections.
 */
export abstract class WireEngine implements WebSocketListener {
  protected readonly options: RoomSocketOptions;
  protected listener: SocketListener;
  /** Begins packets: empty for the main namespace, else `/name,`. */
  protected readonly prefix: string;
  /** The socket should be connected; Socket.IO calls this `active`. */
  protected isActive = false;
  /** The handshake of the namespace is complete. */
  protected isJoined = false;
  protected mayReconnect: boolean;
  readonly #address: ReturnType<typeof serviceAddress>;
  #web: WireWebSocket | undefined;
  /** Open after Engine.IO's handshake. */
  #state: 'closed' | 'opening' | 'open' = 'closed';
  #heldMs = 0;
  #skipsReconnect = false;
  #isReconnecting = false;
  /** The backoff started the current attempt. */
  #isRetry = false;
  #attempts = 0;
  #opening: NodeJS.Timeout | undefined;
  #retrying: NodeJS.Timeout | undefined;
  #pinged: NodeJS.Timeout | undefined;
  #pingMs = 0;
  /** When the service should have pinged, on the clock of `Date`. */
  #pingDueAt = 0;

  constructor(options: RoomSocketOptions, listener: SocketListener) {
    const { policy, socket } = options;
    this.options = options;
    this.listener = listener;
    this.#address = serviceAddress(options, socket);
    const { namespace = '/' } = socket ?? {};
    this.prefix = namespace === '/' ? '' : `${namespace},`;
    this.mayReconnect = policy?.kind === 'socket.io';
  }

  /** Requests the namespace on an open connection. */
  protected abstract sendConnect(): void;
  /** Receives a message of Engine.IO: the type of the packet, then its text. */
  protected abstract message(text: string): void;
  protected abstract binary(data: Buffer): void;
  /** The connection of the namespace ended. */
  protected abstract lost(reason: string): void;
  /** The connection ended: the next one starts with a handshake. */
  protected abstract forget(): void;

  get heldMs(): number {
    return this.#heldMs;
  }

  protected get isOpen(): boolean {
    return this.#state === 'open';
  }

  protected open(): void {
    this.isActive = true;
    if (!this.#isReconnecting) this.#open(false);
    if (this.isOpen) this.sendConnect();
  }

  /** Ends the connection below, after the message `last`. */
  protected end(last?: string): void {
    const web = this.#web;
    this.#web = undefined;
    web?.close(last);
  }

  /** No namespace needs the connection any more. */
  protected leave(): void {
    this.isActive = false;
    this.#skipsReconnect = true;
    this.#isReconnecting = false;
    this.closed('forced close');
  }

  protected send(part: string | Buffer): void {
    if (typeof part === 'string') this.#web?.send(`4${part}`);
    else this.#web?.send(Buffer.from(part.buffer, part.byteOffset, part.byteLength));
  }

  closeEngine(): void {
    if (this.isOpen) this.closed('forced close');
    // The attempt ends at its timeout.
    else this.end();
  }

  // What the WebSocket reports.

  onText(text: string): void {
    switch (text.charCodeAt(0)) {
      case MESSAGE:
        if (this.#state === 'open') this.message(text);
        break;
      case PING:
        this.#web?.send('3');
        this.#expectPing();
        break;
      case OPEN:
        this.#opened(text);
        break;
      case BASE64:
        this.onBinary(Buffer.from(text.slice(1), 'base64'));
        break;
      case CLOSE:
      case PONG:
      case UPGRADE:
      case NOOP:
        break;
      default:
        this.onFailure(Object.assign(new Error('server error'), { code: 'parser error' }));
    }
  }

  onBinary(data: Buffer): void {
    if (this.isOpen) this.binary(data);
  }

  onFailure(error: Error): void {
    // Socket.IO's own error, which contains the network's error.
    const failure =
      'code' in error && error.code === 'parser error'
        ? error
        : Object.assign(new Error('websocket error'), { description: { error } });
    this.end();
    if (this.#state === 'opening') this.#failedToOpen(failure);
    else if (this.#state === 'open') {
      if (!this.isJoined && this.isActive) this.listener.onConnectError(failure);
      this.closed(reasonOf('transport error', error));
    }
  }

  onEnd(): void {
    this.#web = undefined;
    // While it opens, only the timeout of the attempt ends it.
    if (this.#state === 'open') this.closed('transport close');
  }

  // Socket.IO's Manager and Engine.IO.

  #open(isRetry: boolean): void {
    if (this.#state !== 'closed') return;
    this.#state = 'opening';
    this.#skipsReconnect = false;
    this.#isRetry = isRetry;
    this.#heldMs = 0;
    this.#opening = setTimeout(timedOut, this.options.timeoutMs, this);
    try {
      this.#web = new WireWebSocket(this.#target(), this);
    } catch (error) {
      // Like any other failure: after the call.
      process.nextTick(() => this.#state === 'opening' && this.onFailure(error as Error));
    }
  }

  /** The timeout of an attempt. */
  expire(): void {
    this.end();
    this.#failedToOpen(new Error('timeout'));
  }

  /** A step of the opening is complete: the next one could have started at its earliest end. */
  onStep(): void {
    this.#heldMs += systemClock.now() - arrivals.earliest;
  }

  #failedToOpen(error: Error): void {
    this.#cleanUp();
    this.#state = 'closed';
    if (this.isActive && !this.isJoined) this.listener.onConnectError(error);
    if (this.#isRetry) {
      this.#isReconnecting = false;
      this.#reconnect();
    } else if (!this.#isReconnecting && this.mayReconnect && this.#attempts === 0) this.#reconnect();
  }

  #opened(text: string): void {
    if (this.#state !== 'closed') {
      const handshake = jsonIn(text.slice(1)) as
        | { readonly pingInterval?: unknown; readonly pingTimeout?: unknown }
        | undefined;
      if (typeof handshake !== 'object' || handshake === null) {
        this.onFailure(Object.assign(new Error('server error'), { code: 'parser error' }));
        return;
      }
      this.#pingMs = Number(handshake.pingInterval) + Number(handshake.pingTimeout);
    }
    if (this.#state === 'opening') {
      this.#cleanUp();
      this.#state = 'open';
      this.onStep();
      if (this.isActive) this.sendConnect();
      if (this.#isRetry) {
        this.#isReconnecting = false;
        this.#attempts = 0;
      }
    }
    this.#expectPing();
  }

  protected closed(reason: string): void {
    this.#cleanUp();
    this.end();
    this.#attempts = 0;
    this.#state = 'closed';
    if (this.isActive) this.lost(reason);
    if (this.mayReconnect && !this.#skipsReconnect) this.#reconnect();
  }

  #reconnect(): void {
    if (this.#isReconnecting || this.#skipsReconnect) return;
    this.#isReconnecting = true;
    const waitMs = backoffMs(this.options.policy!, this.#attempts++, Math.random());
    this.#retrying = setTimeout(retry, waitMs, this);
  }

  /** The wait of the backoff is over. */
  retry(): void {
    if (this.#skipsReconnect) return;
    this.listener.onAttempt();
    if (!this.#skipsReconnect) this.#open(true);
  }

  /** The service has been silent for too long. */
  silent(): void {
    if (this.#state === 'open') this.closed('ping timeout');
  }

  #expectPing(): void {
    if (this.#state !== 'open') return;
    this.#pingDueAt = Date.now() + this.#pingMs;
    if (this.#pinged) this.#pinged.refresh();
    else this.#pinged = setTimeout(fellSilent, this.#pingMs, this);
  }

  /** Known before its timer fires if the machine slept. */
  protected hasPingExpired(): boolean {
    if (Date.now() <= this.#pingDueAt) return false;
    process.nextTick(fellSilent, this);
    return true;
  }

  #cleanUp(): void {
    clearTimeout(this.#opening);
    clearTimeout(this.#retrying);
    clearTimeout(this.#pinged);
    this.#pinged = undefined;
    this.forget();
  }

  #target(): WebSocketTarget {
    const { query, headers } = this.options.credentials();
    const { path, ...address } = this.#address;
    let search = '';
    for (const [key, value] of Object.entries(query ?? {}))
      search += `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}&`;
    return { ...address, path: `${path}?${search}EIO=4&transport=websocket`, headers };
  }
}

// Timers get the socket as an argument: a closure for each would live as long as the connection.
function timedOut(socket: WireEngine): void {
  socket.expire();
}

function retry(socket: WireEngine): void {
  socket.retry();
}

function fellSilent(socket: WireEngine): void {
  socket.silent();
}
