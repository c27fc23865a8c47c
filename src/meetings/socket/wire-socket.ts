import { Encoder, type Packet, PacketType } from 'socket.io-parser';
import { LARGEST_ANSWER } from '../../request-context/answer-body.ts';
import { BoundedDecoder } from './bounded-decoder.ts';
import { decodedEvent, type HeardEvent, RESERVED } from './decoded-event.ts';
import type { RoomSocket, SocketListener } from './room-socket.ts';
import { MESSAGE_TOO_LARGE, reasonOf } from './too-large.ts';
import { WireEngine } from './wire-engine.ts';

type Acknowledged = (...values: readonly unknown[]) => void;

/** The second character of a packet: Socket.IO's type. */
const EVENT = 50;
const BRACKET = 91;

const TOO_OLD =
  'It seems you are trying to reach a Socket.IO server in v2.x with a v3.x client, but they are not compatible ' +
  '(more information here: https://socket.io/docs/v3/migrating-from-2-x-to-3-0/)';

const encoder = new Encoder();

/**
 * A Socket.IO client in one object, over WebSocket only: the states of `socket.io-client`'s Socket, with its messages
 * (`wire-equals-real.test.ts` runs both side by side). For speed, it has no emitters, decodes only the events that have
 * a listener, and handles each within the read that brought it.
 */
export class WireSocket extends WireEngine implements RoomSocket {
  #id: string | undefined;
  #nextAck = 0;
  #acks: Map<number, Acknowledged> | undefined;
  /** Created for packets that are neither plain events nor acknowledgements. */
  #decoder: BoundedDecoder | undefined;
  #decoded: Packet | undefined;
  #awaitsBinary = false;
  #unsent: (string | Buffer)[] = [];
  /** Events from before the handshake. */
  #early: HeardEvent[] = [];
  /** The length of their packets, in characters. */
  #earlyLength = 0;
  /** Belongs to Socket.IO's connection state recovery, if the service has it. */
  #recoveryId: string | undefined;
  #lastOffset: string | undefined;

  get isConnected(): boolean {
    return this.isJoined;
  }

  get id(): string | undefined {
    return this.#id;
  }

  connect(): void {
    if (!this.isJoined) this.open();
  }

  disconnect(): void {
    this.end(this.isJoined ? `41${this.prefix}` : undefined);
    this.leave();
    if (this.isJoined) this.lost('io client disconnect');
  }

  emit(name: string, values: readonly unknown[], acknowledged?: Acknowledged): void {
    if (RESERVED.has(name)) throw new Error(`"${name}" is a reserved event name`);
    const id = acknowledged ? this.#nextAck++ : undefined;
    if (acknowledged) {
      this.#acks ??= new Map();
      this.#acks.set(id!, acknowledged);
    }
    const packet = { type: PacketType.EVENT, nsp: this.#namespace, data: [name, ...values], id } as Packet;
    const isThere = this.isJoined && !this.hasPingExpired();
    for (const part of encoder.encode(packet) as (string | Buffer)[]) {
      if (isThere) this.send(part);
      else this.#unsent.push(part);
    }
  }

  dispose(): void {
    this.mayReconnect = false;
    this.disconnect();
    this.listener = DEAF;
  }

  get #namespace(): string {
    return this.prefix === '' ? '/' : this.prefix.slice(0, -1);
  }

  protected sendConnect(): void {
    const { auth } = this.options.credentials();
    const data =
      this.#recoveryId === undefined ? auth : { pid: this.#recoveryId, offset: this.#lastOffset, ...auth };
    this.send(`0${this.prefix}${data === undefined ? '' : JSON.stringify(data)}`);
  }

  protected message(text: string): void {
    const { length } = this.prefix;
    const isPlain =
      text.charCodeAt(1) === EVENT &&
      !this.#awaitsBinary &&
      (length === 0 || text.startsWith(this.prefix, 2)) &&
      text.charCodeAt(2 + length) === BRACKET;
    if (!isPlain) {
      // The parser would read an empty packet as a handshake.
      if (text.length === 1) this.closed('parse error');
      else this.#decode(text.slice(1));
      return;
    }
    // Recovery uses the last value of each event, also of events without a listener.
    const isWanted = this.#recoveryId === undefined ? this.listener : undefined;
    const event = decodedEvent(text, 2 + length, isWanted);
    if (event === 'invalid') this.closed('parse error');
    else if (event !== 'unheard' && this.#hasRoomFor(text)) this.#event(event);
  }

  /** Packets before the end of the handshake are kept until then. */
  #hasRoomFor(text: string): boolean {
    if (this.isJoined) return true;
    this.#earlyLength += text.length;
    if (this.#earlyLength <= LARGEST_ANSWER) return true;
    this.closed(MESSAGE_TOO_LARGE);
    return false;
  }

  protected binary(data: Buffer): void {
    this.#decode(data);
  }

  /** Socket.IO's own parser reads acknowledgements, handshakes, binary data and other namespaces. */
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
      this.closed(reasonOf('parse error', error));
      return;
    }
    // Outside of the `try`: an error of a listener is not a mistake of the service.
    const packet = this.#decoded as Packet | undefined;
    this.#decoded = undefined;
    if (packet) this.#packet(packet);
  }

  #packet({ type, nsp, data, id }: Packet): void {
    if (nsp !== this.#namespace || !this.isActive) return;
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
        this.leave();
        this.lost('io server disconnect');
        break;
      case PacketType.CONNECT_ERROR: {
        this.leave();
        const { message, data: details } = data as { readonly message?: string; readonly data?: unknown };
        this.listener.onConnectError(Object.assign(new Error(message), { data: details }));
      }
    }
  }

  #connected(data: { readonly sid?: string; readonly pid?: string } | undefined): void {
    if (!data?.sid) {
      this.listener.onConnectError(new Error(TOO_OLD));
      return;
    }
    this.#id = data.sid;
    this.#recoveryId = data.pid;
    this.isJoined = true;
    const [early, unsent] = [this.#early, this.#unsent];
    this.#early = [];
    this.#unsent = [];
    for (const event of early) this.#event(event);
    for (const part of unsent) this.send(part);
    this.listener.onConnect();
  }

  #event(event: HeardEvent): void {
    if (!this.isJoined) {
      this.#early.push(event);
      return;
    }
    const { name, values } = event;
    if (this.listener.hears(name)) this.listener.onEvent(name, values);
    const offset = this.#recoveryId === undefined ? undefined : values.at(-1);
    if (typeof offset === 'string') this.#lastOffset = offset;
  }

  #acknowledgement(id: number): Acknowledged {
    let isSent = false;
    return (...values) => {
      if (isSent) return;
      isSent = true;
      const packet = { type: PacketType.ACK, nsp: this.#namespace, data: [...values], id } as Packet;
      for (const part of encoder.encode(packet) as (string | Buffer)[]) this.send(part);
    };
  }

  protected lost(reason: string): void {
    this.isJoined = false;
    this.#id = undefined;
    this.#acks = undefined;
    this.listener.onDisconnect(reason);
  }

  protected forget(): void {
    this.#decoder?.destroy();
    this.#awaitsBinary = false;
    this.#earlyLength = 0;
  }
}

const DEAF: SocketListener = {
  onConnect: () => undefined,
  onDisconnect: () => undefined,
  onConnectError: () => undefined,
  onAttempt: () => undefined,
  hears: () => false,
  onEvent: () => undefined,
};
