import type { Socket } from 'node:net';
import * as ws from 'ws';
import { LARGEST_ANSWER } from '../../request-context/answer-body.ts';
import { codeOfError, TOO_LARGE } from '../../request-context/failure.ts';
import { type FrameListener, Opcode } from './frames.ts';
import { COMPRESSION } from './upgrade.ts';

/** Parts of `ws` that are missing in its types. */
interface Parts {
  readonly extension: { parse(header: string): Record<string, readonly object[]> };
  readonly PerMessageDeflate: new (options: object) => Deflate;
  readonly Receiver: new (options: object) => Receiver;
  readonly Sender: new (socket: Socket, extensions: object) => Sender;
}

interface Deflate {
  accept(configurations: readonly object[]): void;
  cleanup(): void;
}

interface Receiver {
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): this;
  on(event: 'ping', listener: (data: Buffer) => void): this;
  on(event: 'conclude', listener: () => void): this;
  on(event: 'error', listener: (error: Error) => void): this;
  on(event: 'drain', listener: () => void): this;
  write(bytes: Buffer): boolean;
  removeAllListeners(): this;
}

interface Sender {
  send(data: string | Buffer, options: object, sent?: () => void): void;
  close(code: number | undefined, data: undefined, mask: boolean, sent?: () => void): void;
  pong(data: Buffer, mask: boolean, sent?: () => void): void;
}

const { extension, PerMessageDeflate, Receiver, Sender } = ws as unknown as Parts;

/** As in `socket.io-client`: smaller messages are sent as they are. In bytes. */
const THRESHOLD = 1024;

/**
 * The messages of a WebSocket with compression, read by `ws` itself. Compressed data is unpacked on another
 * thread, so its arrival is known slightly after the read.
 */
export class CompressedMessages {
  readonly #deflate: Deflate;
  readonly #receiver: Receiver;
  readonly #sender: Sender;
  readonly #socket: Socket;

  constructor(deflate: Deflate, socket: Socket, listener: FrameListener) {
    const extensions = { [COMPRESSION]: deflate };
    this.#deflate = deflate;
    this.#sender = new Sender(socket, extensions);
    this.#receiver = new Receiver({ extensions, isServer: false, maxPayload: LARGEST_ANSWER })
      .on('message', (data, isBinary) =>
        isBinary ? listener.onBinary(data) : listener.onText(data.toString('utf8')),
      )
      .on('ping', (data) => listener.onPing(data))
      .on('conclude', () => listener.onGoodbye())
      .on('drain', () => socket.resume())
      .on('error', (error) => {
        socket.resume();
        listener.onViolation(error, codeOfError(error) === TOO_LARGE ? 1009 : 1002);
      });
    this.#socket = socket;
  }

  /** Data that arrives faster than it is unpacked waits in the service, not in memory. */
  read(bytes: Buffer): void {
    if (!this.#receiver.write(bytes)) this.#socket.pause();
  }

  send(data: string | Buffer): void {
    const compress = Buffer.byteLength(data) >= THRESHOLD;
    this.#sender.send(data, { binary: typeof data !== 'string', compress, fin: true, mask: true });
  }

  control(opcode: number, payload: Buffer): void {
    if (opcode === Opcode.pong) this.#sender.pong(payload, true);
    else this.#sender.close(payload.length < 2 ? undefined : payload.readUInt16BE(0), undefined, true);
  }

  close(): void {
    this.#receiver.removeAllListeners();
    this.#receiver.on('error', () => undefined);
    this.#socket.resume();
    this.#deflate.cleanup();
  }
}

/**
 * @param accepted the service's answer to the offer
 * @throws {Error} if the answer does not match the offer, with the messages of `ws`
 */
export function acceptCompression(
  accepted: string,
  socket: Socket,
  listener: FrameListener,
): CompressedMessages {
  const deflate = new PerMessageDeflate({
    threshold: THRESHOLD,
    isServer: false,
    maxPayload: LARGEST_ANSWER,
  });
  let names: string[];
  try {
    const extensions = extension.parse(accepted);
    names = Object.keys(extensions);
    if (names.length === 1 && names[0] === COMPRESSION) deflate.accept(extensions[COMPRESSION]!);
  } catch {
    throw new Error('Invalid Sec-WebSocket-Extensions header');
  }
  if (names.length !== 1 || names[0] !== COMPRESSION)
    throw new Error('Server indicated an extension that was not requested');
  return new CompressedMessages(deflate, socket, listener);
}
