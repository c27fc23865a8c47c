/** The head of an HTTP/1 answer, as far as a client has to know it. */
export interface ResponseHead {
  readonly status: number;
  readonly statusText: string;
  /** Where its body ends: there is none, after so many bytes, after its last chunk, or with the connection. */
  readonly body: 'none' | 'length' | 'chunked' | 'close';
  readonly length: number;
  /** Whether the connection can be used again. */
  readonly keepsAlive: boolean;
  /** The value of the header `Keep-Alive`. */
  readonly keepAlive: string | undefined;
  readonly isPacked: boolean;
  readonly setsCookies: boolean;
  /** Name, value, name, value. */
  readonly headers: readonly string[];
}

const STATUS = /^HTTP\/1\.([01]) (\d{3})(?: ([^\r]*))?$/;
/** Ends of lines that are none for others, and bytes that no header may have (RFC 9110, 5.5): a head is read in one way, or not at all. */
const AMBIGUOUS = /[^\t\r\n\x20-\x7e\x80-\xff]|\r(?!\n)|[^\r]\n/;
const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/;

/**
 * @param text the head without its last empty line, as Latin-1
 * @throws {Error} with a code of Node's parser for what is not HTTP/1
 */
export function readHead(text: string, method: string): ResponseHead {
  const first = text.indexOf('\r\n');
  const line = STATUS.exec(first < 0 ? text : text.slice(0, first));
  if (!line) throw notHttp('HPE_INVALID_CONSTANT', 'Expected HTTP/');
  if (AMBIGUOUS.test(text)) throw notHttp('HPE_INVALID_HEADER_TOKEN', 'Invalid header value char');
  const [, minor, code, statusText = ''] = line;
  const status = Number(code);
  const headers: string[] = [];
  let length: string | undefined;
  let encoding: string | undefined;
  let keepsAlive = minor === '1';
  let keepAlive: string | undefined;
  let isPacked = false;
  let setsCookies = false;
  for (let from = first < 0 ? text.length : first + 2; from < text.length; ) {
    const found = text.indexOf('\r\n', from);
    const end = found < 0 ? text.length : found;
    const colon = text.indexOf(':', from);
    if (colon <= from || colon >= end) throw notHttp('HPE_INVALID_HEADER_TOKEN', 'Invalid header token');
    const name = text.slice(from, colon);
    const value = text.slice(colon + 1, end).trim();
    from = end + 2;
    headers.push(name, value);
    // By its length first: nearly all headers are ruled out by it.
    switch (name.length) {
      case 10:
        if (isNamed(name, 'connection')) {
          if (/(?:^|,)\s*close\s*(?:,|$)/i.test(value)) keepsAlive = false;
          else if (/(?:^|,)\s*keep-alive\s*(?:,|$)/i.test(value)) keepsAlive = true;
        } else if (isNamed(name, 'keep-alive')) keepAlive = value;
        else if (isNamed(name, 'set-cookie')) setsCookies = true;
        break;
      case 14:
        if (!isNamed(name, 'content-length')) break;
        if (!/^\d+$/.test(value) || (length !== undefined && length !== value))
          throw notHttp('HPE_INVALID_CONTENT_LENGTH', 'Invalid Content-Length');
        length = value;
        break;
      case 16:
        if (isNamed(name, 'content-encoding')) isPacked = true;
        break;
      case 17:
        if (isNamed(name, 'transfer-encoding')) encoding = value.toLowerCase();
        break;
    }
    if (!TOKEN.test(name)) throw notHttp('HPE_INVALID_HEADER_TOKEN', 'Invalid header token');
  }
  // Two lengths of one body are the sign of an answer that was smuggled in.
  if (encoding !== undefined && length !== undefined)
    throw notHttp('HPE_INVALID_TRANSFER_ENCODING', "Content-Length can't be present with Transfer-Encoding");
  const isEmpty = method === 'HEAD' || status < 200 || status === 204 || status === 304 || length === '0';
  const body = isEmpty
    ? 'none'
    : encoding !== undefined
      ? /(?:^|,)\s*chunked$/.test(encoding)
        ? 'chunked'
        : 'close'
      : length === undefined
        ? 'close'
        : 'length';
  return {
    status,
    statusText,
    body,
    length: body === 'length' ? Number(length) : 0,
    keepsAlive: keepsAlive && body !== 'close',
    keepAlive,
    isPacked,
    setsCookies,
    headers,
  };
}

export function notHttp(code: string, message: string): Error {
  return Object.assign(new Error(`Parse Error: ${message}`), { code });
}

/** Headers, or trailers, that are larger than a client takes. */
export function headOverflow(): Error {
  return Object.assign(new Error('Headers Overflow Error'), { code: 'UND_ERR_HEADERS_OVERFLOW' });
}

function isNamed(name: string, lower: string): boolean {
  return name === lower || name.toLowerCase() === lower;
}
