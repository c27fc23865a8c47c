import { Decoder, PacketType } from 'socket.io-parser';
import { LARGEST_ANSWER } from '../../request-context/answer-body.ts';
import { messageTooLarge } from './too-large.ts';

/**
 * Socket.IO's own decoder with limits for unknown services: a packet ends at `LARGEST_ANSWER`, all of its attachments
 * included, and so do the events before the handshake of the namespace, which a client must buffer.
 */
export class BoundedDecoder extends Decoder {
  #packetBytes = 0;
  #earlyBytes = 0;
  #isConnected = false;

  /** @throws {Error} for data that is not a packet or is too large */
  override add(part: string | Buffer): void {
    const isText = typeof part === 'string';
    this.#packetBytes = isText ? part.length : this.#packetBytes + part.length;
    if (isText && part.charCodeAt(0) - 48 === PacketType.CONNECT) this.#isConnected = true;
    if (!this.#isConnected) this.#earlyBytes += part.length;
    if (this.#packetBytes > LARGEST_ANSWER || this.#earlyBytes > LARGEST_ANSWER) throw messageTooLarge();
    super.add(part);
  }

  /** The connection ended; the next one starts with a handshake. */
  override destroy(): void {
    super.destroy();
    this.#isConnected = false;
    this.#earlyBytes = 0;
  }
}
