import type { Socket } from 'node:net';
import type { Upstream } from '../upstream.ts';

/** SOCKS5 (RFC 1928): the version, "no authentication", "no acceptable method", and the only supported command. */
const VERSION = 5;
const NO_AUTHENTICATION = 0;
const NO_METHOD = 0xff;
const CONNECT = 1;

const ADDRESS_BYTES: Readonly<Record<number, number>> = { 1: 4, 4: 16 };
const DOMAIN = 3;

const GRANTED = 0;
const COMMAND_NOT_SUPPORTED = 7;
const ADDRESS_NOT_SUPPORTED = 8;

/** Longer than the longest request (a name of 255 bytes): an incomplete request of this length is not SOCKS5. */
const MOST_BYTES = 600;

/**
 * Reads the SOCKS5 handshake of a client and grants its request. The path then opens, impairs or refuses the connection, as
 * for a client that connects directly. `granted` gets the socket, with all bytes after the request unread. A client with
 * another protocol is disconnected.
 */
export function acceptSocks(socket: Socket, granted: (target: Upstream) => void): void {
  let received = Buffer.alloc(0);
  let isGreeted = false;
  const hear = (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    if (!isGreeted) {
      const greeting = readGreeting(received);
      if (greeting === undefined) return stopIfTooLong();
      if (greeting === 'wrong') return refuse();
      isGreeted = true;
      received = received.subarray(greeting.bytes);
      socket.write(Buffer.of(VERSION, greeting.accepts ? NO_AUTHENTICATION : NO_METHOD));
      if (!greeting.accepts) return refuse();
    }
    const request = readRequest(received);
    if (request === undefined) return stopIfTooLong();
    if (request === 'wrong') return refuse();
    socket.write(answer('refusal' in request ? request.refusal : GRANTED));
    if ('refusal' in request) return refuse();
    socket.off('data', hear);
    // Without a listener, the stream would continue and lose its data.
    socket.pause();
    const rest = received.subarray(request.bytes);
    if (rest.length > 0) socket.unshift(rest);
    granted(request.target);
    socket.resume();
  };
  const stopIfTooLong = () => {
    if (received.length > MOST_BYTES) refuse();
  };
  const refuse = () => {
    socket.off('data', hear).resume();
    socket.end();
  };
  socket.on('data', hear);
}

type Read<Found> = Found | 'wrong' | undefined;

/** Undefined while bytes are missing. */
function readGreeting(bytes: Buffer): Read<{ bytes: number; accepts: boolean }> {
  if (bytes.length > 0 && bytes[0] !== VERSION) return 'wrong';
  if (bytes.length < 2) return undefined;
  const end = 2 + bytes[1]!;
  if (bytes.length < end) return undefined;
  return { bytes: end, accepts: bytes.subarray(2, end).includes(NO_AUTHENTICATION) };
}

function readRequest(bytes: Buffer): Read<{ refusal: number } | { bytes: number; target: Upstream }> {
  if (bytes.length > 0 && bytes[0] !== VERSION) return 'wrong';
  if (bytes.length < 5) return undefined;
  if (bytes[1] !== CONNECT) return { refusal: COMMAND_NOT_SUPPORTED };
  const type = bytes[3]!;
  const isDomain = type === DOMAIN;
  const [from, length] = isDomain ? [5, bytes[4]!] : [4, ADDRESS_BYTES[type]];
  if (length === undefined) return { refusal: ADDRESS_NOT_SUPPORTED };
  const end = from + length;
  if (bytes.length < end + 2) return undefined;
  const address = bytes.subarray(from, end);
  const host = isDomain ? address.toString('latin1') : ipAddress(address);
  return { bytes: end + 2, target: { host, port: bytes.readUInt16BE(end) } };
}

function ipAddress(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(2 * index).toString(16));
  // In the notation of `URL`, so that addresses can be compared.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** The bound address of the proxy is zero, because no client reads it. */
function answer(reply: number): Buffer {
  return Buffer.of(VERSION, reply, 0, 1, 0, 0, 0, 0, 0, 0);
}
