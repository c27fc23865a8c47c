/** One TCP segment, with the kernel's timestamp in ms since the epoch. */
export interface Segment {
  readonly atMs: number;
  /** The address in hexadecimal digits. */
  readonly sourceAddress: string;
  readonly targetAddress: string;
  readonly sourcePort: number;
  readonly targetPort: number;
  readonly sequence: number;
  readonly isStart: boolean;
  readonly isEnd: boolean;
  /** The length of the data in bytes, including bytes that were not captured. */
  readonly length: number;
  readonly data: Buffer;
}

const FILE_HEADER = 24;
const PACKET_HEADER = 16;
/** The magic numbers of files with times in nanoseconds and in microseconds. */
const NANOSECONDS = 0xa1b23c4d;
const MICROSECONDS = 0xa1b2c3d4;

/** The bytes before the IP header, by the type of the link (the list of the Tcpdump Group). */
const linkHeaders: Readonly<Record<number, number>> = { 0: 4, 1: 14, 12: 0, 101: 0, 113: 16, 276: 20 };

const [FIN, SYN, RST] = [1, 2, 4];

/**
 * Reads a stream in the pcap format (draft-ietf-opsawg-pcap), in chunks of any size. Skips packets that are not TCP.
 */
export class PcapReader {
  #rest: Buffer = Buffer.alloc(0);
  #linkHeader: number | undefined;
  #isLittle = true;
  #perMs = 1e6;
  packets = 0;
  others = 0;

  /** @throws {Error} if the stream is not a capture of a known link */
  *read(chunk: Buffer): Generator<Segment, void> {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (this.#linkHeader === undefined) {
      if (bytes.length < FILE_HEADER) {
        this.#rest = bytes;
        return;
      }
      this.#begin(bytes);
      bytes = bytes.subarray(FILE_HEADER);
    }
    let at = 0;
    while (bytes.length - at >= PACKET_HEADER) {
      const captured = this.#uint32(bytes, at + 8);
      if (bytes.length - at < PACKET_HEADER + captured) break;
      const atMs = this.#uint32(bytes, at) * 1000 + this.#uint32(bytes, at + 4) / this.#perMs;
      const packet = bytes.subarray(at + PACKET_HEADER, at + PACKET_HEADER + captured);
      at += PACKET_HEADER + captured;
      this.packets += 1;
      const segment = segmentOf(packet.subarray(this.#linkHeader), atMs);
      if (segment) yield segment;
      else this.others += 1;
    }
    this.#rest = Buffer.from(bytes.subarray(at));
  }

  #begin(bytes: Buffer): void {
    const magic = bytes.readUInt32LE(0);
    this.#isLittle = magic === NANOSECONDS || magic === MICROSECONDS;
    const format = this.#uint32(bytes, 0);
    if (format !== NANOSECONDS && format !== MICROSECONDS)
      throw new Error('the packet capture has an unknown format');
    this.#perMs = format === NANOSECONDS ? 1e6 : 1e3;
    const link = this.#uint32(bytes, 20) & 0xffff;
    this.#linkHeader = linkHeaders[link];
    if (this.#linkHeader === undefined)
      throw new Error(`the packet capture has an unknown link type (${link})`);
  }

  #uint32(bytes: Buffer, at: number): number {
    return this.#isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }
}

const TCP = 6;

function segmentOf(ip: Buffer, atMs: number): Segment | undefined {
  const version = (ip[0] ?? 0) >> 4;
  if (version === 4 && ip.length >= 20 && ip[9] === TCP) {
    const header = (ip[0]! & 15) * 4;
    return tcpSegment(ip.subarray(header), ip.readUInt16BE(2) - header, ip.subarray(12, 20), atMs);
  }
  if (version === 6 && ip.length >= 40 && ip[6] === TCP)
    return tcpSegment(ip.subarray(40), ip.readUInt16BE(4), ip.subarray(8, 40), atMs);
  return undefined;
}

/** `addresses`: the address of the source, then that of the target. */
function tcpSegment(tcp: Buffer, length: number, addresses: Buffer, atMs: number): Segment | undefined {
  if (tcp.length < 20) return undefined;
  const header = (tcp[12]! >> 4) * 4;
  const flags = tcp[13]!;
  return {
    atMs,
    sourceAddress: addresses.toString('hex', 0, addresses.length / 2),
    targetAddress: addresses.toString('hex', addresses.length / 2),
    sourcePort: tcp.readUInt16BE(0),
    targetPort: tcp.readUInt16BE(2),
    sequence: tcp.readUInt32BE(4),
    isStart: (flags & SYN) !== 0,
    isEnd: (flags & (FIN | RST)) !== 0,
    length: length - header,
    data: tcp.subarray(header),
  };
}
