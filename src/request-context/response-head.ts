import { codedError } from './request-error.ts';
import type { FlatHeaders } from './request-headers.ts';

export interface ResponseHead {
  readonly status: number;
  readonly statusText: string;
  /** The end of the body: no body, after `length` bytes, after the last chunk, or with the connection. */
  readonly body: 'none' | 'length' | 'chunked' | 'close';
  readonly length: number;
  /** Whether the connection can be used again. */
  readonly keepsAlive: boolean;
  readonly keepAlive: string | undefined;
  readonly isPacked: boolean;
  readonly setsCookies: boolean;
  readonly headers: Readonly<FlatHeaders>;
}

const STATUS = /^HTTP\/1\.([01]) (\d{3})(?: ([^\r]*))?$/;
/** A head is refused for line ends that other readers may not accept, and for bytes that no header may have (RFC 9110, 5.5). */
const AMBIGUOUS = /[^\t\r\n\x20-\x7e\x80-\xff]|\r(?!\n)|[^\r]\n/;
const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/;

/** The headers about the connection and the body that were read so far. */
interface Read {
  length: string | undefined;
  encoding: string | undefined;
  keepsAlive: boolean;
  keepAlive: string | undefined;
  isPacked: boolean;
  setsCookies: boolean;
}

/**
 * @param text the head without its last empty line, as Latin-1
 * @throws {Error} with a code of Node's parser if the text is not HTTP/1
 */
export function readHead(text: string, method: string): ResponseHead {
  const first = text.indexOf('\r\n');
  const line = STATUS.exec(first < 0 ? text : text.slice(0, first));
  if (!line) throw notHttp('HPE_INVALID_CONSTANT', 'Expected HTTP/');
  if (AMBIGUOUS.test(text)) throw notHttp('HPE_INVALID_HEADER_TOKEN', 'Invalid header value char');
  const [, minor, code, statusText = ''] = line;
  const status = Number(code);
  const headers: string[] = [];
  const read: Read = {
    length: undefined,
    encoding: undefined,
    keepsAlive: minor === '1',
    keepAlive: undefined,
    isPacked: false,
    setsCookies: false,
  };
  for (let from = first < 0 ? text.length : first + 2; from < text.length; ) {
    const found = text.indexOf('\r\n', from);
    const end = found < 0 ? text.length : found;
    const colon = text.indexOf(':', from);
    if (colon <= from || colon >= end) throw notHttp('HPE_INVALID_HEADER_TOKEN', 'Invalid header token');
    const name = text.slice(from, colon);
    const value = text.slice(colon + 1, end).trim();
    from = end + 2;
    headers.push(name, value);
    readHeader(read, name, value);
    if (!TOKEN.test(name)) throw notHttp('HPE_INVALID_HEADER_TOKEN', 'Invalid header token');
  }
  const body = bodyOf(read, status, method);
  return {
    status,
    statusText,
    body,
    length: body === 'length' ? Number(read.length) : 0,
    keepsAlive: read.keepsAlive && body !== 'close',
    keepAlive: read.keepAlive,
    isPacked: read.isPacked,
    setsCookies: read.setsCookies,
    headers,
  };
}

function readHeader(read: Read, name: string, value: string): void {
  // The length excludes nearly all headers.
  switch (name.length) {
    case 10:
      if (isNamed(name, 'connection')) {
        if (/(?:^|,)\s*close\s*(?:,|$)/i.test(value)) read.keepsAlive = false;
        else if (/(?:^|,)\s*keep-alive\s*(?:,|$)/i.test(value)) read.keepsAlive = true;
      } else if (isNamed(name, 'keep-alive')) read.keepAlive = value;
      else if (isNamed(name, 'set-cookie')) read.setsCookies = true;
      break;
    case 14:
      if (!isNamed(name, 'content-length')) break;
      if (!/^\d+$/.test(value) || (read.length !== undefined && read.length !== value))
        throw notHttp('HPE_INVALID_CONTENT_LENGTH', 'Invalid Content-Length');
      read.length = value;
      break;
    case 16:
      if (isNamed(name, 'content-encoding')) read.isPacked = true;
      break;
    case 17:
      if (isNamed(name, 'transfer-encoding')) read.encoding = value.toLowerCase();
      break;
  }
}

/** The end of the body. @throws {Error} for two lengths of one body */
function bodyOf({ length, encoding }: Read, status: number, method: string): ResponseHead['body'] {
  // Two lengths of one body are a sign of a smuggled answer.
  if (encoding !== undefined && length !== undefined)
    throw notHttp('HPE_INVALID_TRANSFER_ENCODING', "Content-Length can't be present with Transfer-Encoding");
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304 || length === '0') return 'none';
  if (encoding !== undefined) return /(?:^|,)\s*chunked$/.test(encoding) ? 'chunked' : 'close';
  return length === undefined ? 'close' : 'length';
}

export function notHttp(code: string, message: string): Error {
  return codedError(code, `Parse Error: ${message}`);
}

/** Headers or trailers above the size limit. */
export function headOverflow(): Error {
  return codedError('UND_ERR_HEADERS_OVERFLOW', 'Headers Overflow Error');
}

function isNamed(name: string, lower: string): boolean {
  return name === lower || name.toLowerCase() === lower;
}
