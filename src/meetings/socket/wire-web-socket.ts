import { type ConnectOpts, isIP, connect as netConnect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as tlsConnect } from 'node:tls';
import { arrivals } from '../../kernel/arrivals.ts';
import { acceptCompression, type CompressedMessages } from './compressed-messages.ts';
import { clientFrame, type FrameListener, FrameReader, Opcode } from './frames.ts';
import { MOST_UNSENT } from './too-large.ts';
import { LARGEST_HEAD, newKey, readUpgrade, statusOf, type UpgradeRequest, upgradeHead } from './upgrade.ts';

export interface WebSocketTarget extends UpgradeRequest {
  readonly isSecure: boolean;
  /** Options of Node's `net` or `tls`; they name the host and the port. */
  readonly connection: Readonly<Record<string, unknown>> & { readonly host: string; readonly port: number };
}

export interface WebSocketListener {
  /** The connection below is open, and the upgrade to WebSocket was sent. */
  onStep(): void;
  onText(text: string): void;
  onBinary(data: Buffer): void;
  /** The connection broke, or was never opened; the last call. */
  onFailure(error: Error): void;
  /** The connection ended after it was open; the last call. */
  onEnd(): void;
}

/** The time in which the other side must send its close frame; as in `ws`. */
const GOODBYE_MS = 30_000;
const NORMAL = 1000;
const END_OF_HEAD = Buffer.from('\r\n\r\n');
const owner = Symbol('web socket');

interface OwnedSocket extends Socket {
  [owner]: WireWebSocket;
}

/**
 * A client's WebSocket over its own TCP or TLS connection, with the handshake and the close of `ws`. Arriving data
 * is handled within the callback of its read, so that an instant taken there is the instant of arrival.
 */
export class WireWebSocket implements FrameListener {
  /** Undefined when the owner needs no more calls. */
  #listener: WebSocketListener | undefined;
  readonly #socket: OwnedSocket;
  readonly #target: WebSocketTarget;
  readonly #key = newKey();
  #state: 'connecting' | 'open' | 'closing' | 'closed' = 'connecting';
  /** The incomplete head of the answer. */
  #head: Buffer | undefined;
  #frames: FrameReader | undefined;
  /** Replaces `#frames` if the service compresses. */
  #compressed: CompressedMessages | undefined;
  #goodbyeTimer: NodeJS.Timeout | undefined;

  /** @throws {TypeError} for a header that HTTP cannot send */
  constructor(target: WebSocketTarget, listener: WebSocketListener) {
    this.#listener = listener;
    this.#target = target;
    const head = upgradeHead(target, this.#key);
    this.#socket = this.#connected() as OwnedSocket;
    this.#socket[owner] = this;
    this.#socket.on('error', onError).on('close', onClose).once('connect', onConnect);
    // Node sends it as soon as the connection, or its TLS, is there.
    this.#socket.write(head, 'latin1');
  }

  #connected(): Socket {
    const { isSecure, connection, host } = this.#target;
    if (!isSecure) {
      const options = { ...connection, noDelay: true, onread: sharedReads } as unknown as ConnectOpts;
      return netConnect(options as never);
    }
    const name = host.startsWith('[') ? host.slice(1, host.indexOf(']')) : host.replace(/:\d+$/, '');
    // An address has no server name (RFC 6066, 3).
    const servername = isIP(name) === 0 ? name : '';
    const socket = tlsConnect({ servername, ...connection } as ConnectionOptions);
    socket.setNoDelay().on('data', onData);
    return socket;
  }

  send(data: string | Buffer): void {
    if (this.#state !== 'open' || this.#isChoked()) return;
    if (this.#compressed) this.#compressed.send(data);
    else this.#socket.write(clientFrame(typeof data === 'string' ? Opcode.text : Opcode.binary, data));
  }

  /**
   * Closes an open WebSocket with a close frame, and any other WebSocket at once. The listener is not called again.
   * @param last a text that is sent in one write with the close frame
   */
  close(last?: string): void {
    this.#listener = undefined;
    if (this.#state === 'connecting') this.#destroy();
    if (this.#state !== 'open') return;
    this.#socket.cork();
    if (last !== undefined) this.send(last);
    this.#sayGoodbye();
    this.#socket.uncork();
  }

  /** Processes `length` bytes of a read; `bytes` may be overwritten afterwards. */
  read(bytes: Buffer, length: number): void {
    if (this.#state === 'closed') return;
    if (this.#compressed) this.#compressed.read(Buffer.from(bytes.subarray(0, length)));
    else if (this.#frames) this.#frames.read(bytes, 0, length);
    else this.#readHead(bytes.subarray(0, length));
  }

  onText(text: string): void {
    this.#listener?.onText(text);
  }

  onBinary(data: Buffer): void {
    this.#listener?.onBinary(data);
  }

  onPing(data: Buffer): void {
    if (this.#state === 'open' && !this.#isChoked()) this.#write(Opcode.pong, Buffer.from(data));
  }

  onGoodbye(): void {
    if (this.#state === 'open') this.#sayGoodbye();
    // Both sides have sent a close frame. The service ends the connection; if we ended it first, a local port would
    // stay in use.
    this.#socket.end();
  }

  onViolation(error: Error, code: number): void {
    const listener = this.#listener;
    this.#listener = undefined;
    if (this.#state === 'open') this.#sayGoodbye(code);
    this.#socket.end();
    listener?.onFailure(error);
  }

  onSocketConnect(): void {
    arrivals.read(this.#socket);
    this.#listener?.onStep();
  }

  onSocketError(error: Error): void {
    // As in `ws`: an error of an open connection is reported as its end.
    if (this.#state === 'connecting') this.#fail(error);
  }

  onSocketClose(): void {
    if (this.#state === 'connecting') {
      this.#fail(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
      return;
    }
    if (this.#state === 'closed') return;
    const listener = this.#listener;
    this.#destroy();
    listener?.onEnd();
  }

  #readHead(bytes: Buffer): void {
    const head = this.#head === undefined ? bytes : Buffer.concat([this.#head, bytes]);
    const end = head.indexOf(END_OF_HEAD);
    if (end < 0 && head.length <= LARGEST_HEAD) {
      this.#head = Buffer.from(head);
      // A service that does not speak HTTP may never end a line.
      if (head.length > 16) this.#tried(() => statusOf(head.toString('latin1')));
      return;
    }
    const isOpen = this.#tried(() => {
      if (end < 0)
        throw Object.assign(new Error('Parse Error: Header overflow'), { code: 'HPE_HEADER_OVERFLOW' });
      const extensions = readUpgrade(head.toString('latin1', 0, end), this.#key);
      if (extensions === '') this.#frames = new FrameReader(this);
      else this.#compressed = acceptCompression(extensions, this.#socket, this);
    });
    if (!isOpen) return;
    this.#state = 'open';
    this.#head = undefined;
    const start = end + END_OF_HEAD.length;
    if (head.length === start) return;
    if (this.#compressed) this.#compressed.read(Buffer.from(head.subarray(start)));
    else this.#frames!.read(head, start, head.length);
  }

  /** A service that sends pings and does not read would fill the memory with answers: its connection is closed. */
  #isChoked(): boolean {
    if (this.#socket.writableLength < MOST_UNSENT) return false;
    this.#socket.destroy();
    return true;
  }

  #tried(step: () => void): boolean {
    try {
      step();
      return true;
    } catch (error) {
      this.#fail(error as Error);
      return false;
    }
  }

  #fail(error: Error): void {
    const listener = this.#listener;
    this.#destroy();
    listener?.onFailure(error);
  }

  #sayGoodbye(code = NORMAL): void {
    this.#state = 'closing';
    // `ws` sends no code for a normal close.
    const reason = code === NORMAL ? Buffer.alloc(0) : Buffer.from([code >> 8, code & 255]);
    this.#write(Opcode.close, reason);
    this.#goodbyeTimer = setTimeout(giveUp, GOODBYE_MS, this.#socket);
  }

  #write(opcode: number, payload: Buffer): void {
    if (this.#compressed) this.#compressed.control(opcode, payload);
    else this.#socket.write(clientFrame(opcode, payload));
  }

  #destroy(): void {
    this.#state = 'closed';
    this.#listener = undefined;
    this.#head = undefined;
    clearTimeout(this.#goodbyeTimer);
    this.#frames?.stop();
    this.#compressed?.close();
    this.#socket.destroy();
  }
}

/**
 * One buffer for the reads of all connections: reads are decoded within the callback, and kept data is copied. Node
 * would allocate a new buffer of 64 kB for each read.
 */
const sharedReads = {
  buffer: Buffer.allocUnsafeSlow(65_536),
  callback(this: Socket, length: number, bytes: Uint8Array): boolean {
    arrivals.read(this);
    (this as OwnedSocket)[owner].read(bytes as Buffer, length);
    return true;
  },
};

function onConnect(this: Socket): void {
  (this as OwnedSocket)[owner].onSocketConnect();
}

function onError(this: Socket, error: Error): void {
  (this as OwnedSocket)[owner].onSocketError(error);
}

function onClose(this: Socket): void {
  (this as OwnedSocket)[owner].onSocketClose();
}

function onData(this: Socket, bytes: Buffer): void {
  (this as OwnedSocket)[owner].read(bytes, bytes.length);
}

function giveUp(socket: Socket): void {
  socket.destroy();
}
