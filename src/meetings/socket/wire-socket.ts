import { Encoder, type Packet, PacketType } from 'socket.io-parser';
import { arrivals } from '../../kernel/arrivals.ts';
import { systemClock } from '../../kernel/clock.ts';
import { LARGEST_ANSWER } from '../../request-context/answer-size.ts';
import { serviceAddress } from '../socket-address.ts';
import { backoffMs } from './backoff.ts';
import { BoundedDecoder } from './bounded-decoder.ts';
import { decodedEvent, type HeardEvent } from './decoded-event.ts';
import type { RoomSocket, RoomSocketOptions, SocketListener } from './room-socket.ts';
import { MESSAGE_TOO_LARGE, reasonOf } from './too-large.ts';
import { type WebSocketListener, type WebSocketTarget, WireWebSocket } from './wire-web-socket.ts';

type Acknowledged = (...values: readonly unknown[]) => void;

/** The first characters of Engine.IO's packets. */
const OPEN = 48;
const CLOSE = 49;
const PING = 50;
const PONG = 51;
const MESSAGE = 52;
const UPGRADE = 53;
const NOOP = 54;
const BASE64 = 98;
/** The second ones, of Socket.IO's packets. */
const EVENT = 50;

/** Names that Socket.IO keeps for itself. */
const RESERVED = new Set([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
]);

const TOO_OLD =
  'It seems you are trying to reach a Socket.IO server in v2.x with a v3.x client, but they are not compatible ' +
  '(more information here: https://socket.io/docs/v3/migrating-from-2-x-to-3-0/)';

const encoder = new Encoder();

/**
 * A Socket.IO client in one object, by WebSocket alone: the states of `socket.io-client`'s Manager, Socket and Engine, with
 * its words and its backoff (`wire-equals-real.test.ts` runs both side by side). Where it costs: it has no emitters, decodes
 * only the events that have a listener, and handles each within the read that brought it.
 */
export class WireSocket implements RoomSocket, WebSocketListener {
  readonly #options: RoomSocketOptions;
  #listener: SocketListener;
  readonly #address: ReturnType<typeof serviceAddress>;
  /** Of packets: empty for the main namespace, else `/name,`. */
  readonly #prefix: string;
  #web: WireWebSocket | undefined;
  /** Of the connection below: open once Engine.IO's handshake is through. */
  #engine: 'closed' | 'opening' | 'open' = 'closed';
  /** Wants to be connected; Socket.IO says `active`. */
  #isActive = false;
  #isConnected = false;
  #heldMs = 0;
  #id: string | undefined;
  #mayReconnect: boolean;
  #skipsReconnect = false;
  #isReconnecting = false;
  /** The attempt under way is one of the backoff's. */
  #isRetry = false;
  #attempts = 0;
  #opening: NodeJS.Timeout | undefined;
  #retrying: NodeJS.Timeout | undefined;
  #pinged: NodeJS.Timeout | undefined;
  #pingMs = 0;
  /** When the service should have pinged, on the clock of `Date`. */
  #pingDueAt = 0;
  #nextAck = 0;
  #acks: Map<number, Acknowledged> | undefined;
  /** Made for packets that are neither plain events nor acknowledgements. */
  #decoder: BoundedDecoder | undefined;
  #awaitsBinary = false;
  #unsent: (string | Buffer)[] = [];
  #unheard: HeardEvent[] = [];
  /** The text of the packets in it, in characters. */
  #unheardLength = 0;
  /** Of Socket.IO's connection state recovery, where the service has it. */
  #recoveryId: string | undefined;
  #lastOffset: string | undefined;

  constructor(options: RoomSocketOptions, listener: SocketListener) {
    const { policy, socket } = options;
    this.#options = options;
    this.#listener = listener;
    this.#address = serviceAddress(options, socket);
    const { namespace = '/' } = socket ?? {};
    this.#prefix = namespace === '/' ? '' : `${namespace},`;
    this.#mayReconnect = policy?.kind === 'socket.io';
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  get heldMs(): number {
    return this.#heldMs;
  }

  get id(): string | undefined {
    return this.#id;
  }

  connect(): void {
    if (this.#isConnected) return;
    this.#isActive = true;
    if (!this.#isReconnecting) this.#open(false);
    if (this.#engine === 'open') this.#sendConnect();
  }

  disconnect(): void {
    this.#web?.close(this.#isConnected ? `41${this.#prefix}` : undefined);
    this.#web = undefined;
    this.#leave();
    if (this.#isConnected) this.#lost('io client disconnect');
  }

  emit(name: string, values: readonly unknown[], acknowledged?: Acknowledged): void {
    if (RESERVED.has(name)) throw new Error(`"${name}" is a reserved event name`);
    const id = acknowledged ? this.#nextAck++ : undefined;
    if (acknowledged) {
      this.#acks ??= new Map();
      this.#acks.set(id!, acknowledged);
    }
    const packet = { type: PacketType.EVENT, nsp: this.#namespace, data: [name, ...values], id } as Packet;
    const isThere = this.#isConnected && !this.#hasPingExpired();
    for (const part of encoder.encode(packet) as (string | Buffer)[]) {
      if (isThere) this.#send(part);
      else this.#unsent.push(part);
    }
  }

  closeEngine(): void {
    if (this.#engine === 'open') this.#closed('forced close');
    // Nobody hears of it before the time for the attempt is up.
    else this.#dropWeb();
  }

  dispose(): void {
    this.#mayReconnect = false;
    this.disconnect();
    this.#listener = DEAF;
  }

  // What the WebSocket tells.

  onText(text: string): void {
    switch (text.charCodeAt(0)) {
      case MESSAGE:
        if (this.#engine === 'open') this.#message(text);
        break;
      case PING:
        this.#web?.sendText('3');
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
    if (this.#engine === 'open') this.#decode(data);
  }

  onFailure(error: Error): void {
    // Socket.IO's own: the network's error is within it.
    const failure =
      'code' in error && error.code === 'parser error'
        ? error
        : Object.assign(new Error('websocket error'), { description: { error } });
    this.#dropWeb();
    if (this.#engine === 'opening') this.#failedToOpen(failure);
    else if (this.#engine === 'open') {
      if (!this.#isConnected && this.#isActive) this.#listener.onConnectError(failure);
      this.#closed(reasonOf('transport error', error));
    }
  }

  onEnd(): void {
    this.#web = undefined;
    // While it opens, only the time for the attempt ends it.
    if (this.#engine === 'open') this.#closed('transport close');
  }

  // Socket.IO's Manager and Engine.IO: the connection.

  #open(isRetry: boolean): void {
    if (this.#engine !== 'closed') return;
    this.#engine = 'opening';
    this.#skipsReconnect = false;
    this.#isRetry = isRetry;
    this.#heldMs = 0;
    this.#opening = setTimeout(timedOut, this.#options.timeoutMs, this);
    try {
      this.#web = new WireWebSocket(this.#target(), this);
    } catch (error) {
      // As any other failure: after the call.
      process.nextTick(() => this.#engine === 'opening' && this.onFailure(error as Error));
    }
  }

  /** The time for an attempt is up. */
  expire(): void {
    this.#dropWeb();
    this.#failedToOpen(new Error('timeout'));
  }

  /** A step of the opening is done: the next one could have begun when it was done at the earliest. */
  onStep(): void {
    this.#heldMs += systemClock.now() - arrivals.earliest;
  }

  #failedToOpen(error: Error): void {
    this.#cleanUp();
    this.#engine = 'closed';
    if (this.#isActive && !this.#isConnected) this.#listener.onConnectError(error);
    if (this.#isRetry) {
      this.#isReconnecting = false;
      this.#reconnect();
    } else if (!this.#isReconnecting && this.#mayReconnect && this.#attempts === 0) this.#reconnect();
  }

  #opened(text: string): void {
    if (this.#engine !== 'closed') {
      const handshake = parsed(text.slice(1)) as
        | { readonly pingInterval?: unknown; readonly pingTimeout?: unknown }
        | undefined;
      if (typeof handshake !== 'object' || handshake === null) {
        this.onFailure(Object.assign(new Error('server error'), { code: 'parser error' }));
        return;
      }
      this.#pingMs = Number(handshake.pingInterval) + Number(handshake.pingTimeout);
    }
    if (this.#engine === 'opening') {
      this.#cleanUp();
      this.#engine = 'open';
      this.onStep();
      if (this.#isActive) this.#sendConnect();
      if (this.#isRetry) {
        this.#isReconnecting = false;
        this.#attempts = 0;
      }
    }
    this.#expectPing();
  }

  #closed(reason: string): void {
    this.#cleanUp();
    this.#dropWeb();
    this.#attempts = 0;
    this.#engine = 'closed';
    if (this.#isActive) this.#lost(reason);
    if (this.#mayReconnect && !this.#skipsReconnect) this.#reconnect();
  }

  #reconnect(): void {
    if (this.#isReconnecting || this.#skipsReconnect) return;
    this.#isReconnecting = true;
    const waitMs = backoffMs(this.#options.policy!, this.#attempts++, Math.random());
    this.#retrying = setTimeout(retry, waitMs, this);
  }

  /** The wait of the backoff is over. */
  retry(): void {
    if (this.#skipsReconnect) return;
    this.#listener.onAttempt();
    if (!this.#skipsReconnect) this.#open(true);
  }

  /** The service has been silent for too long. */
  silent(): void {
    if (this.#engine === 'open') this.#closed('ping timeout');
  }

  #expectPing(): void {
    if (this.#engine !== 'open') return;
    this.#pingDueAt = Date.now() + this.#pingMs;
    if (this.#pinged) this.#pinged.refresh();
    else this.#pinged = setTimeout(fellSilent, this.#pingMs, this);
  }

  /** Known before its timer fires where the process slept, as a laptop does. */
  #hasPingExpired(): boolean {
    if (Date.now() <= this.#pingDueAt) return false;
    process.nextTick(fellSilent, this);
    return true;
  }

  #cleanUp(): void {
    clearTimeout(this.#opening);
    clearTimeout(this.#retrying);
    clearTimeout(this.#pinged);
    this.#pinged = undefined;
    this.#decoder?.destroy();
    this.#awaitsBinary = false;
    this.#unheardLength = 0;
  }

  #dropWeb(): void {
    const web = this.#web;
    this.#web = undefined;
    web?.close();
  }

  #target(): WebSocketTarget {
    const { query, headers } = this.#options.credentials();
    const { path, ...address } = this.#address;
    let search = '';
    for (const [key, value] of Object.entries(query ?? {}))
      search += `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}&`;
    return { ...address, path: `${path}?${search}EIO=4&transport=websocket`, headers };
  }

  // Socket.IO's Socket: one namespace of the connection.

  get #namespace(): string {
    return this.#prefix === '' ? '/' : this.#prefix.slice(0, -1);
  }

  #sendConnect(): void {
    const { auth } = this.#options.credentials();
    const data =
      this.#recoveryId === undefined ? auth : { pid: this.#recoveryId, offset: this.#lastOffset, ...auth };
    this.#send(`0${this.#prefix}${data === undefined ? '' : JSON.stringify(data)}`);
  }

  #send(part: string | Buffer): void {
    if (typeof part === 'string') this.#web?.sendText(`4${part}`);
    else this.#web?.sendBinary(Buffer.from(part.buffer, part.byteOffset, part.byteLength));
  }

  #message(text: string): void {
    const { length } = this.#prefix;
    const isPlain =
      text.charCodeAt(1) === EVENT &&
      !this.#awaitsBinary &&
      (length === 0 || text.startsWith(this.#prefix, 2)) &&
      text.charCodeAt(2 + length) === BRACKET;
    if (!isPlain) {
      // The parser would take an empty packet for a handshake.
      if (text.length === 1) this.#closed('parse error');
      else this.#decode(text.slice(1));
      return;
    }
    // Recovery counts by the last value of each event, also of those that nobody hears.
    const isWanted = this.#recoveryId === undefined ? this.#listener : undefined;
    const event = decodedEvent(text, 2 + length, isWanted);
    if (event === 'invalid') this.#closed('parse error');
    else if (event !== 'unheard' && this.#hasRoomFor(text)) this.#event(event);
  }

  /** What comes before the handshake is kept until it is through. */
  #hasRoomFor(text: string): boolean {
    if (this.#isConnected) return true;
    this.#unheardLength += text.length;
    if (this.#unheardLength <= LARGEST_ANSWER) return true;
    this.#closed(MESSAGE_TOO_LARGE);
    return false;
  }

  /** By Socket.IO's own parser: acknowledgements, handshakes, binary data, other namespaces. */
  #decode(data: string | Buffer): void {
    if (!this.#decoder) {
      this.#decoder = new BoundedDecoder();
      this.#decoder.on('decoded', (packet: Packet) => {
        this.#awaitsBinary = false;
        this.#decoded = packet;
      });
    }
    this.#decoded = undefined;
    if (typeof data === 'string') {
      const type = data.charCodeAt(0) - 48;
      this.#awaitsBinary ||= type === PacketType.BINARY_EVENT || type === PacketType.BINARY_ACK;
    }
    try {
      this.#decoder.add(data);
    } catch (error) {
      this.#closed(reasonOf('parse error', error));
      return;
    }
    // Outside of the `try`: what a listener throws is no mistake of the service.
    const packet = this.#decoded as Packet | undefined;
    this.#decoded = undefined;
    if (packet) this.#packet(packet);
  }
  #decoded: Packet | undefined;

  #packet({ type, nsp, data, id }: Packet): void {
    if (nsp !== this.#namespace || !this.#isActive) return;
    switch (type) {
      case PacketType.CONNECT:
        this.#connected(data as { readonly sid?: string; readonly pid?: string } | undefined);
        break;
      case PacketType.EVENT: {
        const [name, ...values] = data as unknown[];
        if (id !== undefined) values.push(this.#acknowledgement(id));
        this.#event({ name: name as string, values });
        break;
      }
      case PacketType.ACK: {
        const acknowledged = this.#acks?.get(id!);
        this.#acks?.delete(id!);
        acknowledged?.(...(data as unknown[]));
        break;
      }
      case PacketType.DISCONNECT:
        this.#leave();
        this.#lost('io server disconnect');
        break;
      case PacketType.CONNECT_ERROR: {
        this.#leave();
        const { message, data: details } = data as { readonly message?: string; readonly data?: unknown };
        this.#listener.onConnectError(Object.assign(new Error(message), { data: details }));
      }
    }
  }

  #connected(data: { readonly sid?: string; readonly pid?: string } | undefined): void {
    if (!data?.sid) {
      this.#listener.onConnectError(new Error(TOO_OLD));
      return;
    }
    this.#id = data.sid;
    this.#recoveryId = data.pid;
    this.#isConnected = true;
    const [unheard, unsent] = [this.#unheard, this.#unsent];
    this.#unheard = [];
    this.#unsent = [];
    for (const event of unheard) this.#event(event);
    for (const part of unsent) this.#send(part);
    this.#listener.onConnect();
  }

  #event(event: HeardEvent): void {
    if (!this.#isConnected) {
      this.#unheard.push(event);
      return;
    }
    const { name, values } = event;
    if (this.#listener.hears(name)) this.#listener.onEvent(name, values);
    const offset = this.#recoveryId === undefined ? undefined : values.at(-1);
    if (typeof offset === 'string') this.#lastOffset = offset;
  }

  #acknowledgement(id: number): Acknowledged {
    let isSent = false;
    return (...values) => {
      if (isSent) return;
      isSent = true;
      const packet = { type: PacketType.ACK, nsp: this.#namespace, data: [...values], id } as Packet;
      for (const part of encoder.encode(packet) as (string | Buffer)[]) this.#send(part);
    };
  }

  /** No namespace is left that needs the connection. */
  #leave(): void {
    this.#isActive = false;
    this.#skipsReconnect = true;
    this.#isReconnecting = false;
    this.#closed('forced close');
  }

  #lost(reason: string): void {
    this.#isConnected = false;
    this.#id = undefined;
    this.#acks = undefined;
    this.#listener.onDisconnect(reason);
  }
}

const BRACKET = 91;

const DEAF: SocketListener = {
  onConnect: () => undefined,
  onDisconnect: () => undefined,
  onConnectError: () => undefined,
  onAttempt: () => undefined,
  hears: () => false,
  onEvent: () => undefined,
};

// Timers are given the socket: a closure for each would stay as long as the connection.
function timedOut(socket: WireSocket): void {
  socket.expire();
}

function retry(socket: WireSocket): void {
  socket.retry();
}

function fellSilent(socket: WireSocket): void {
  socket.silent();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
