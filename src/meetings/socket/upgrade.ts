import { createHash } from 'node:crypto';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { randomBytes } from './random-bytes.ts';

/** A service may refuse with a page; a longer text is not an answer to an upgrade. In bytes, as in Node. */
export const LARGEST_HEAD = 16_384;

/** The same offer as `socket.io-client`: the service decides whether messages are compressed. */
export const COMPRESSION = 'permessage-deflate';
const OFFER = `${COMPRESSION}; client_max_window_bits`;

/** RFC 6455, 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

export interface UpgradeRequest {
  readonly path: string;
  /** Name and port, as in the address of the service. */
  readonly host: string;
  readonly headers: Readonly<Record<string, string>> | undefined;
}

/** A key for one handshake (RFC 6455, 4.1): 16 random bytes in base64. */
export function newKey(): string {
  return randomBytes(16).toString('base64');
}

/**
 * The head of the request, with the headers that `ws` sends, in its order.
 * @throws {TypeError} for a header that HTTP cannot send
 */
export function upgradeHead({ path, host, headers = {} }: UpgradeRequest, key: string): string {
  let own = '';
  let hasHost = false;
  for (const name of Object.keys(headers)) {
    const value = headers[name]!;
    validateHeaderName(name);
    validateHeaderValue(name, value);
    own += `${name}: ${value}\r\n`;
    hasHost ||= name.toLowerCase() === 'host';
  }
  return (
    `GET ${path} HTTP/1.1\r\n${own}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n` +
    `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Extensions: ${OFFER}\r\n` +
    `${hasHost ? '' : `Host: ${host}\r\n`}\r\n`
  );
}

/**
 * Reads the head of the answer; failures have the messages of `ws` and Node.
 * @param head up to the empty line, as Latin-1
 * @returns the value of `Sec-WebSocket-Extensions`, empty if the service accepts none
 * @throws {Error} if the service does not switch to WebSocket
 */
export function readUpgrade(head: string, key: string): string {
  const status = statusOf(head);
  if (status !== 101) throw new Error(`Unexpected server response: ${status}`);
  const headers = headersIn(head);
  if (headers.get('upgrade')?.toLowerCase() !== 'websocket') throw new Error('Invalid Upgrade header');
  const accepted = createHash('sha1')
    .update(key + GUID)
    .digest('base64');
  if (headers.get('sec-websocket-accept') !== accepted)
    throw new Error('Invalid Sec-WebSocket-Accept header');
  if (headers.has('sec-websocket-protocol'))
    throw new Error('Server sent a subprotocol but none was requested');
  return headers.get('sec-websocket-extensions') ?? '';
}

/** @throws {Error} with the code of Node's parser if it is not HTTP */
export function statusOf(head: string): number {
  const status = /^HTTP\/1\.[01] (\d{3})(?: |\r|$)/.exec(head)?.[1];
  if (status === undefined)
    throw Object.assign(new Error('Parse Error: Expected HTTP/'), { code: 'HPE_INVALID_CONSTANT' });
  return Number(status);
}

function headersIn(head: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of head.split('\r\n').slice(1)) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const known = headers.get(name);
    headers.set(name, known === undefined ? value : `${known}, ${value}`);
  }
  return headers;
}
