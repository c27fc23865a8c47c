import { isUtf8 } from 'node:buffer';
import { arrivals } from '../../kernel/arrivals.ts';
import { LARGEST_ANSWER } from '../../request-context/answer-body.ts';
import { TOO_LARGE } from '../../request-context/failure.ts';
import { randomMask } from './random-bytes.ts';

export const Opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const FIN = 0x80;
const RSV = 0x70;
const MASK = 0x80;

/** One WebSocket frame of a client: masked and whole (RFC 6455, 5.2). */
export function clientFrame(opcode: number, payload: string | Buffer): Buffer {
  const length = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length;
  const start = length < 126 ? 6 : length < 65_536 ? 8 : 14;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = FIN | opcode;
  if (start === 6) frame[1] = MASK | length;
  else if (start === 8) {
    frame[1] = MASK | 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = MASK | 127;
    frame.writeUInt32BE(Math.floor(length / 2 ** 32), 2);
    frame.writeUInt32BE(length % 2 ** 32, 6);
  }
  const mask = randomMask();
  frame.writeInt32BE(mask, start - 4);
  if (typeof payload !== 'string') frame.set(payload, start);
  else if (payload.length === length) frame.write(payload, start, 'latin1');
  else frame.write(payload, start);
  const [a, b, c, d] = [mask >>> 24, (mask >>> 16) & 255, (mask >>> 8) & 255, mask & 255];
  const end = start + length;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    frame[at]! ^= a;
    frame[at + 1]! ^= b;
    frame[at + 2]! ^= c;
    frame[at + 3]! ^= d;
  }
  for (; at < end; at++) frame[at]! ^= (mask >>> (24 - 8 * ((at - start) % 4))) & 255;
  return frame;
}

/** The content of a WebSocket. The receiver owns binary data. */
export interface FrameListener {
  onText(text: string): void;
  onBinary(data: Buffer): void;
  onPing(data: Buffer): void;
  /** The other side sent a close frame: nothing is read after it. */
  onGoodbye(): void;
  /** @param code the code of our close frame (RFC 6455, 7.4.1) */
  onViolation(error: Error, code: number): void;
}

/**
 * Reads the frames of a service without extensions. A message that is whole in one read, as nearly all are, is decoded
 * in place and within the call; the passed bytes may be overwritten afterwards.
 */
export class FrameReader {
  readonly #listener: FrameListener;
  /** Incomplete frames, as copies. */
  #rest: Buffer[] = [];
  #restLength = 0;
  /** The length at which the frame that begins in `#rest` is complete, in bytes. */
  #needed = 0;
  /** A message in several frames. */
  #parts: Buffer[] = [];
  #partsLength = 0;
  #partsOpcode = 0;
  #isOver = false;

  constructor(listener: FrameListener) {
    this.#listener = listener;
  }

  /** Reading has ended, also for the rest of the current read. */
  stop(): void {
    this.#isOver = true;
    this.#rest = [];
    this.#parts = [];
  }

  /** Processes a read: `bytes` from `from` to `end`. */
  read(bytes: Buffer, from: number, end: number): void {
    if (this.#isOver || from === end) return;
    if (this.#restLength === 0) {
      this.#frames(bytes, from, end);
      return;
    }
    this.#rest.push(Buffer.from(bytes.subarray(from, end)));
    this.#restLength += end - from;
    if (this.#restLength < this.#needed) return;
    const whole = Buffer.concat(this.#rest, this.#restLength);
    this.#rest = [];
    this.#restLength = 0;
    this.#frames(whole, 0, whole.length);
  }

  #frames(bytes: Buffer, from: number, end: number): void {
    let at = from;
    this.#needed = 0;
    while (end - at >= 2 && !this.#isOver) {
      const first = bytes[at]!;
      const second = bytes[at + 1]!;
      if (
        (first !== (FIN | Opcode.text) || second > 127 || this.#partsOpcode !== 0) &&
        !this.#isAllowed(first, second)
      )
        return;
      let length = second & 127;
      let start = at + 2;
      if (length === 126) {
        start = at + 4;
        if (start > end) break;
        length = bytes.readUInt16BE(at + 2);
      } else if (length === 127) {
        start = at + 10;
        if (start > end) break;
        length = bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6);
      }
      if (length + this.#partsLength > LARGEST_ANSWER) {
        this.#violation('Max payload size exceeded', 1009, TOO_LARGE);
        return;
      }
      const stop = start + length;
      if (stop > end) {
        this.#needed = stop - at;
        break;
      }
      // This frame may have arrived later than the frames before it.
      if (at > from) arrivals.nextMessage();
      if (first === (FIN | Opcode.text)) this.#text(bytes, start, stop);
      else this.#other(first, bytes.subarray(start, stop));
      at = stop;
    }
    if (at < end && !this.#isOver) {
      this.#rest.push(Buffer.from(bytes.subarray(at, end)));
      this.#restLength = end - at;
    }
  }

  #text(bytes: Buffer, start: number, end: number): void {
    const text = bytes.toString('utf8', start, end);
    // Invalid UTF-8 is decoded to this character, which a service may also send.
    if (text.includes('\ufffd') && !isUtf8(bytes.subarray(start, end)))
      this.#violation('invalid UTF-8 sequence', 1007);
    else this.#listener.onText(text);
  }

  #other(first: number, payload: Buffer): void {
    const opcode = first & 15;
    if (opcode === Opcode.ping) this.#listener.onPing(payload);
    else if (opcode === Opcode.close) this.#goodbye(payload);
    else if (opcode !== Opcode.pong) this.#part(opcode, (first & FIN) !== 0, payload);
  }

  #goodbye(payload: Buffer): void {
    const code = payload.length === 0 ? NO_CODE : payload.readUInt16BE(0);
    if (!isGoodbye(code) || (code === NO_CODE && payload.length > 0))
      this.#violation(`invalid status code ${code}`, 1002);
    else if (!isUtf8(payload.subarray(2))) this.#violation('invalid UTF-8 sequence', 1007);
    else {
      this.stop();
      this.#listener.onGoodbye();
    }
  }

  #part(opcode: number, isLast: boolean, payload: Buffer): void {
    if (isLast && this.#partsOpcode === 0) {
      this.#listener.onBinary(Buffer.from(payload));
      return;
    }
    if (this.#partsOpcode === 0) this.#partsOpcode = opcode;
    this.#parts.push(Buffer.from(payload));
    this.#partsLength += payload.length;
    if (!isLast) return;
    const message = Buffer.concat(this.#parts, this.#partsLength);
    const isText = this.#partsOpcode === Opcode.text;
    this.#parts = [];
    this.#partsLength = 0;
    this.#partsOpcode = 0;
    if (isText) this.#text(message, 0, message.length);
    else this.#listener.onBinary(message);
  }

  /** The rules of RFC 6455, 5.2 to 5.5, for a client without extensions: the valid first two bytes of a frame. */
  #isAllowed(first: number, second: number): boolean {
    const opcode = first & 15;
    const length = second & 127;
    if ((first & RSV) !== 0) return this.#violation('a reserved bit is set', 1002);
    if ((second & MASK) !== 0) return this.#violation('MASK must be clear', 1002);
    if (opcode >= Opcode.close) {
      if (opcode > Opcode.pong) return this.#violation(`invalid opcode ${opcode}`, 1002);
      if ((first & FIN) === 0) return this.#violation('FIN must be set', 1002);
      if (length > 125 || (opcode === Opcode.close && length === 1))
        return this.#violation(`invalid payload length ${length}`, 1002);
      return true;
    }
    if (opcode > Opcode.binary || (opcode === Opcode.continuation) !== (this.#partsOpcode !== 0))
      return this.#violation(`invalid opcode ${opcode}`, 1002);
    // Empty parts would fill the memory without reaching the limit.
    if (this.#parts.length >= MOST_PARTS) return this.#violation('Too many message fragments', 1008);
    return true;
  }

  /** @param kind the code of the error, if it has one */
  #violation(message: string, code: number, kind?: string): false {
    this.stop();
    const error = new Error(`Invalid WebSocket frame: ${message}`);
    this.#listener.onViolation(kind === undefined ? error : Object.assign(error, { code: kind }), code);
    return false;
  }
}

/** Stands for a close frame without a code; it is never sent. */
const NO_CODE = 1005;

/** The codes that may be sent (RFC 6455, 7.4). */
function isGoodbye(code: number): boolean {
  if (code === NO_CODE) return true;
  return (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1006) || (code >= 3000 && code <= 4999);
}

/** The limit of `ws`. */
const MOST_PARTS = 16_384;
