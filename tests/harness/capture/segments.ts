/** One packet of a capture. */
export interface Packet {
  readonly atMs: number;
  readonly from: number;
  readonly to: number;
  readonly flags?: number;
  readonly sequence?: number;
  readonly data?: string;
  /** The number of captured bytes of the data; default: all. */
  readonly snapped?: number;
  readonly isIpv6?: boolean;
}

export const SYN = 2;
export const FIN = 1;

/** A capture file with nanoseconds and Ethernet, as tcpdump writes it. */
export function pcapOf(packets: readonly Packet[]): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b23c4d, 0);
  header.writeUInt32LE(512, 16);
  header.writeUInt32LE(1, 20);
  return Buffer.concat([header, ...packets.map(recordOf)]);
}

function recordOf(packet: Packet): Buffer {
  const bytes = ethernet(packet);
  const header = Buffer.alloc(16);
  header.writeUInt32LE(Math.floor(packet.atMs / 1000), 0);
  header.writeUInt32LE(Math.round((packet.atMs % 1000) * 1e6), 4);
  header.writeUInt32LE(bytes.length, 8);
  header.writeUInt32LE(bytes.length, 12);
  return Buffer.concat([header, bytes]);
}

function ethernet({
  from,
  to,
  flags = 16,
  sequence = 0,
  data = '',
  snapped,
  isIpv6 = false,
}: Packet): Buffer {
  const tcp = Buffer.alloc(20);
  tcp.writeUInt16BE(from, 0);
  tcp.writeUInt16BE(to, 2);
  tcp.writeUInt32BE(sequence, 4);
  tcp[12] = 5 << 4;
  tcp[13] = flags;
  const ip = Buffer.alloc(isIpv6 ? 40 : 20);
  if (isIpv6) {
    ip[0] = 6 << 4;
    ip.writeUInt16BE(20 + data.length, 4);
    ip[6] = 6;
  } else {
    ip[0] = (4 << 4) | 5;
    ip.writeUInt16BE(40 + data.length, 2);
    ip[9] = 6;
    ip.set([127, 0, 0, 1, 127, 0, 0, 1], 12);
  }
  return Buffer.concat([Buffer.alloc(14), ip, tcp, Buffer.from(data.slice(0, snapped))]);
}
