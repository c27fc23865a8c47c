import type { Socket } from 'node:net';
import { ChunkReader } from './chunks.ts';
import { type Connector, type ConnectorOptions, connectorOf } from './connector.ts';
import { keepAliveSeconds } from './idle-connections.ts';
import { codedError } from './request-error.ts';
import { type FlatHeaders, headerIn } from './request-headers.ts';
import { headOverflow, notHttp, type ResponseHead, readHead } from './response-head.ts';

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<FlatHeaders>;
  readonly body: string | Buffer | null;
}

/** Handles the events of a call. Each method runs during the read of the data that caused it. */
export interface HttpHandler {
  /** Called before the call is sent. If it returns false, the call is not sent. */
  onStart(connection: HttpConnection): boolean;
  /** The connection ended before the first byte of the answer: the request is sent again on a new connection. */
  onResend(): void;
  onHead(head: ResponseHead): void;
  /** The handler may keep the bytes. */
  onData(chunk: Buffer): void;
  onEnd(): void;
  onError(error: Error): void;
}

/** In bytes, as in Node; interim answers count together with the final answer. */
const LARGEST_HEAD = 16_384;
/** Up to this number of bytes, a request fits into the send buffer of an idle connection: it is sent completely or not at all. */
const ONE_WRITE = 16_384;
/** RFC 9110, 9.2.2. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);
const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** An idle connection is closed after this time, if the service does not announce how long it keeps connections. */
const IDLE_MS = 4000;
/** A connection is closed this much earlier than the service announces; otherwise a call may cross the service's close. */
const MARGIN_MS = 2000;
const LONGEST_IDLE_MS = 600_000;
/** After a longer pause, the socket may hold the end of the connection, so it is polled before the next call. */
const LOOK_AFTER_MS = 50;

/**
 * One HTTP/1.1 connection at a time to one service, opened on demand, with one call after the other. Data is handled within
 * the callback of its read.
 *
 * A broken connection is an error of the call in flight, with one exception, as in browsers and the clients of Go and Node
 * (RFC 9112, 9.3.1): services close idle connections, and a request may cross that close. A request on a reused connection
 * is sent again, once, on a new connection, if no byte of its answer came, and if it is idempotent or was not sent.
 */
export class HttpConnection {
  readonly #host: string;
  readonly #connect: Connector;
  readonly #connecting = new Set<Socket>();
  #socket: Socket | undefined;
  #isConnecting = false;
  #isLooking = false;
  #destroyedFor: Error | undefined;
  readonly #waiting: { readonly request: HttpRequest; readonly handler: HttpHandler }[] = [];
  #request: HttpRequest | undefined;
  #handler: HttpHandler | undefined;
  #head: ResponseHead | undefined;
  /** The bytes of an incomplete head. */
  #begun: Buffer | undefined;
  /** The size of the interim answers to the call, in bytes. */
  #interim = 0;
  /** Whether the connection has carried a complete answer. */
  #isReused = false;
  /** Whether a byte of the answer to the call came. */
  #isAnswering = false;
  #left = 0;
  #chunks: ChunkReader | undefined;
  #idleSince = 0;
  #idleMs = IDLE_MS;
  #idleTimer: NodeJS.Timeout | undefined;
  /** The last written headers and their text, because headers are nearly always the same. */
  #headers: Readonly<FlatHeaders> | undefined;
  #headersText = '';

  constructor(options: Omit<ConnectorOptions, 'connecting'>) {
    this.#host = options.address.origin.slice(options.address.origin.indexOf('//') + 2);
    this.#connect = connectorOf({ ...options, connecting: this.#connecting });
  }

  /** The number of calls that are in flight or wait. */
  get load(): number {
    return this.#waiting.length + (this.#handler ? 1 : 0);
  }

  /** Never throws: a mistake in the request is an error of the call. */
  dispatch(request: HttpRequest, handler: HttpHandler): void {
    if (this.#destroyedFor) {
      handler.onError(this.#destroyedFor);
      return;
    }
    this.#waiting.push({ request, handler });
    this.#next();
  }

  /** Ends all calls with this error, and resolves when the connection is closed. */
  destroy(error: Error): Promise<void> {
    this.#destroyedFor = error;
    clearTimeout(this.#idleTimer);
    const socket = this.#socket;
    this.#lose(error);
    for (const { handler } of this.#waiting.splice(0)) handler.onError(error);
    for (const one of this.#connecting) one.destroy(error);
    if (!socket || socket.closed) return Promise.resolve();
    return new Promise((resolve) => socket.once('close', () => resolve()));
  }

  /** Ends the call in flight, and the connection. */
  abort(): void {
    this.#handler = undefined;
    this.#lose(undefined);
    this.#next();
  }

  #next(): void {
    if (this.#handler || this.#waiting.length === 0 || this.#isConnecting || this.#isLooking) return;
    const socket = this.#socket;
    if (!socket || socket.destroyed || socket.readableEnded) {
      this.#open();
      return;
    }
    if (this.#idleSince > 0 && performance.now() - this.#idleSince > LOOK_AFTER_MS) {
      this.#isLooking = true;
      setImmediate(() => {
        this.#isLooking = false;
        this.#idleSince = 0;
        this.#next();
      });
      return;
    }
    this.#send(socket);
  }

  #open(): void {
    this.#isConnecting = true;
    this.#socket = undefined;
    this.#connect(this, (error, socket) => {
      this.#isConnecting = false;
      if (error) {
        // All these calls waited for this connection.
        for (const { handler } of this.#waiting.splice(0)) handler.onError(error);
        return;
      }
      if (this.#destroyedFor) {
        socket.destroy();
        return;
      }
      this.#socket = socket;
      this.#isReused = false;
      this.#idleSince = 0;
      this.#idleMs = IDLE_MS;
      socket.on('error', (problem) => {
        if (this.#socket !== socket) return;
        this.#lose(problem);
        this.#next();
      });
      for (const end of ['end', 'close'])
        socket.on(end, () => {
          if (this.#socket === socket) this.#ended();
        });
      this.#next();
    });
  }

  #send(socket: Socket): void {
    const { request, handler } = this.#waiting.shift()!;
    let head: string;
    try {
      head = this.#headOf(request);
    } catch (error) {
      handler.onError(error as Error);
      this.#next();
      return;
    }
    if (!handler.onStart(this)) {
      this.#next();
      return;
    }
    this.#request = request;
    this.#handler = handler;
    this.#isAnswering = false;
    this.#interim = 0;
    if (this.#idleTimer) socket.ref();
    const { body } = request;
    if (typeof body === 'string') {
      const length = Buffer.byteLength(body);
      // One write is enough if one encoding fits head and body.
      if (length === body.length) socket.write(`${head}content-length: ${length}\r\n\r\n${body}`, 'latin1');
      else this.#sendTwo(socket, `${head}content-length: ${length}\r\n\r\n`, Buffer.from(body));
    } else if (body) this.#sendTwo(socket, `${head}content-length: ${body.length}\r\n\r\n`, body);
    else
      socket.write(
        expectsBody(request.method) ? `${head}content-length: 0\r\n\r\n` : `${head}\r\n`,
        'latin1',
      );
  }

  #sendTwo(socket: Socket, head: string, body: Buffer): void {
    socket.cork();
    socket.write(head, 'latin1');
    socket.write(body);
    socket.uncork();
  }

  #headOf({ method, path, headers }: HttpRequest): string {
    if (headers !== this.#headers) {
      this.#headersText = headersText(headers, this.#host);
      this.#headers = headers;
    }
    return `${method} ${path} HTTP/1.1\r\n${this.#headersText}`;
  }

  /** Handles a read. `isShared`: the bytes may be overwritten after it. */
  read(socket: Socket, bytes: Buffer, length: number, isShared: boolean): void {
    if (socket !== this.#socket) return;
    const asked = this.#handler;
    this.#isAnswering = true;
    try {
      let at = 0;
      while (at < length && this.#socket === socket) {
        // Bytes without a call may look like the answer to the next call, which may already be sent: no answer on this
        // connection can be trusted.
        if (!this.#handler || (at > 0 && this.#handler !== asked)) {
          this.#isAnswering = true;
          throw codedError('UND_ERR_SOCKET', 'bytes without a call');
        }
        at = this.#head ? this.#readBody(bytes, at, length, isShared) : this.#readHead(bytes, at, length);
      }
    } catch (error) {
      this.#lose(error as Error);
      this.#next();
    }
  }

  #readHead(bytes: Buffer, from: number, end: number): number {
    const begun = this.#begun;
    const before = begun?.length ?? 0;
    const all = begun ? Buffer.concat([begun, bytes.subarray(from, end)]) : bytes;
    const [first, last] = begun ? [0, all.length] : [from, end];
    const found = all.indexOf(END_OF_HEAD, first);
    // After the read bytes, the shared buffer still has bytes of an earlier read, which may look like the end of the head.
    if (found < 0 || found + END_OF_HEAD.length > last) {
      // A service that does not speak HTTP may never end a line.
      if (last - first >= 5 && all.toString('latin1', first, first + 5) !== 'HTTP/')
        throw notHttp('HPE_INVALID_CONSTANT', 'Expected HTTP/');
      if (this.#interim + last - first > LARGEST_HEAD) throw headOverflow();
      this.#begun = Buffer.from(all.subarray(first, last));
      return end;
    }
    if (this.#interim + found - first > LARGEST_HEAD) throw headOverflow();
    this.#begun = undefined;
    const head = readHead(all.toString('latin1', first, found), this.#request!.method);
    const next = begun ? from + found + END_OF_HEAD.length - before : found + END_OF_HEAD.length;
    if (head.status < 200) {
      this.#interim += found + END_OF_HEAD.length - first;
      if (head.status === 101) throw codedError('UND_ERR_SOCKET', 'unexpected upgrade');
      return next;
    }
    this.#head = head;
    this.#left = head.length;
    this.#chunks = head.body === 'chunked' ? new ChunkReader() : undefined;
    this.#handler!.onHead(head);
    if (head.body === 'none' && this.#handler) this.#end();
    return next;
  }

  #readBody(bytes: Buffer, from: number, end: number, isShared: boolean): number {
    const take = (chunk: Buffer) => this.#handler?.onData(isShared ? Buffer.from(chunk) : chunk);
    if (this.#chunks) {
      const at = this.#chunks.read(bytes, from, end, take);
      if (this.#chunks?.isOver && this.#handler) this.#end();
      return at;
    }
    if (this.#head!.body === 'close') {
      take(bytes.subarray(from, end));
      return end;
    }
    const stop = Math.min(end, from + this.#left);
    this.#left -= stop - from;
    take(bytes.subarray(from, stop));
    if (this.#left === 0 && this.#handler) this.#end();
    return stop;
  }

  /** The answer is complete. */
  #end(): void {
    const [handler, head, socket] = [this.#handler!, this.#head!, this.#socket];
    this.#handler = undefined;
    this.#head = undefined;
    this.#chunks = undefined;
    if (head.keepAlive !== undefined) {
      const seconds = keepAliveSeconds(head.keepAlive);
      if (seconds !== null) this.#idleMs = Math.min(seconds * 1000 - MARGIN_MS, LONGEST_IDLE_MS);
    }
    const isLast = !head.keepsAlive || this.#idleMs <= 0 || asksToClose(this.#request!.headers);
    if (isLast) {
      this.#socket = undefined;
      socket?.destroy();
    } else {
      this.#isReused = true;
      this.#rest(socket!);
    }
    handler.onEnd();
    this.#next();
  }

  #rest(socket: Socket): void {
    this.#idleSince = performance.now();
    if (this.#waiting.length > 0) return;
    socket.unref();
    if (this.#idleTimer) this.#idleTimer.refresh();
    else this.#idleTimer = setTimeout(closeIdle, IDLE_MS, this).unref();
  }

  /** Closes the connection, if it has been idle for too long. */
  closeIdle(): void {
    if (this.#handler || !this.#socket || this.#isLooking) return;
    const leftMs = this.#idleSince + this.#idleMs - performance.now();
    if (leftMs > 1) {
      this.#idleTimer = setTimeout(closeIdle, leftMs, this).unref();
      return;
    }
    const socket = this.#socket;
    this.#socket = undefined;
    socket.destroy();
  }

  /** The service ended the connection. */
  #ended(): void {
    if (this.#handler && this.#head?.body === 'close') {
      this.#end();
      return;
    }
    this.#lose(codedError('UND_ERR_SOCKET', 'the service closed the connection'));
    this.#next();
  }

  #lose(error: Error | undefined): void {
    const [socket, handler, request] = [this.#socket, this.#handler, this.#request];
    this.#socket = undefined;
    this.#handler = undefined;
    this.#head = undefined;
    this.#begun = undefined;
    this.#chunks = undefined;
    socket?.destroy();
    if (!error || !handler) return;
    if (this.#maySendAgain(request!, error)) {
      this.#waiting.unshift({ request: request!, handler });
      handler.onResend();
    } else handler.onError(error);
  }

  #maySendAgain(request: HttpRequest, error: Error): boolean {
    if (!this.#isReused || this.#isAnswering || this.#destroyedFor) return false;
    if (IDEMPOTENT.has(request.method)) return true;
    const bytes = this.#headOf(request).length + Buffer.byteLength(request.body ?? '');
    return (error as NodeJS.ErrnoException).syscall === 'write' && bytes <= ONE_WRITE;
  }
}

function closeIdle(connection: HttpConnection): void {
  connection.closeIdle();
}

function expectsBody(method: string): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH';
}

const NO_TOKEN = /[^!#$%&'*+\-.^_`|~\w]/;
const NO_VALUE = /[^\t\x20-\x7e\x80-\xff]/;
/** Headers that only the connection sets. */
const REFUSED = new Set(['transfer-encoding', 'keep-alive', 'upgrade', 'expect']);

/** @throws {Error} for a header that HTTP cannot carry; the message has its name, and not its value, which may be a token */
function headersText(headers: Readonly<FlatHeaders>, serviceHost: string): string {
  let [host, text, closes] = [serviceHost, '', false];
  for (let index = 0; index < headers.length; index += 2) {
    const [name, value] = [headers[index]!, headers[index + 1]!];
    const lower = name.toLowerCase();
    if (NO_TOKEN.test(name) || name === '') throw invalid('header key');
    if (NO_VALUE.test(value) || REFUSED.has(lower)) throw invalid(`${name} header`);
    if (lower === 'host') host = value;
    else if (lower === 'connection') closes = /\bclose\b/i.test(value);
    else if (lower !== 'content-length') text += `${name}: ${value}\r\n`;
  }
  return `host: ${host}\r\nconnection: ${closes ? 'close' : 'keep-alive'}\r\n${text}`;
}

function asksToClose(headers: Readonly<FlatHeaders>): boolean {
  const connection = headerIn(headers, 'connection');
  return connection !== undefined && /\bclose\b/i.test(connection);
}

function invalid(what: string): Error {
  return codedError('UND_ERR_INVALID_ARG', `invalid ${what}`);
}
