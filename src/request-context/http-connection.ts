import type { Socket } from 'node:net';
import { ChunkReader } from './chunks.ts';
import { type Connector, type ConnectorOptions, connectorOf } from './connector.ts';
import { keepAliveSeconds } from './idle-connections.ts';
import type { FlatHeaders } from './request-headers.ts';
import { headOverflow, notHttp, type ResponseHead, readHead } from './response-head.ts';

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<FlatHeaders>;
  readonly body: string | Buffer | null;
}

/** Handles the events of a call. Each method runs while the data that caused it is read. */
export interface HttpHandler {
  /** The call is sent now. Return false if it is no longer wanted: then it is left out. */
  onStart(call: HttpCall): boolean;
  /** The connection ended before it carried a byte of the answer: the request is sent again on a new one. */
  onResend(): void;
  onHead(head: ResponseHead): void;
  /** The bytes are the handler's own. */
  onData(chunk: Buffer): void;
  onEnd(): void;
  onError(error: Error): void;
}

/** A call that is under way. */
export interface HttpCall {
  /** Ends it with its connection. */
  abort(): void;
}

/** As in Node, in bytes; interim answers count with the one that follows them. */
const LARGEST_HEAD = 16_384;
/** A request of up to this number of bytes fits into the send buffer of an idle connection: it is sent whole, or not at all. */
const ONE_WRITE = 16_384;
/** RFC 9110, 9.2.2. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);
const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** A connection that is idle for longer is closed, if the service does not announce how long it keeps connections. */
const IDLE_MS = 4000;
/** A connection is closed this much earlier than the service announces: otherwise a call may cross its end. */
const MARGIN_MS = 2000;
const LONGEST_IDLE_MS = 600_000;
/** After a longer pause, the end of a connection may wait in the socket: it is looked at before the next call. */
const LOOK_AFTER_MS = 50;

/**
 * One HTTP/1.1 connection at a time to one service, opened when it is needed, with calls one after the other. What
 * arrives is handled within the callback of its read.
 *
 * A connection that breaks is an error of the call that was under way, with one exception, which browsers and the clients
 * of Go and Node make too (RFC 9112, 9.3.1): services close idle connections, and a request may cross that end. A request
 * on a connection that carried an answer before is sent once more, on a new connection, if no byte of its own answer came,
 * and if it is idempotent or was not sent.
 */
export class HttpConnection implements HttpCall {
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
  /** The bytes of a head that is not complete. */
  #begun: Buffer | undefined;
  /** The interim answers to the call, in bytes. */
  #interim = 0;
  /** The connection carried a whole answer before. */
  #isReused = false;
  /** A byte of the answer to the call came. */
  #isAnswering = false;
  #left = 0;
  #chunks: ChunkReader | undefined;
  #idleSince = 0;
  #idleMs = IDLE_MS;
  #idleTimer: NodeJS.Timeout | undefined;
  /** The headers that were written last, and their text: they are nearly always the same. */
  #headers: Readonly<FlatHeaders> | undefined;
  #headersText = '';

  constructor(options: Omit<ConnectorOptions, 'connecting'>) {
    this.#host = options.address.origin.slice(options.address.origin.indexOf('//') + 2);
    this.#connect = connectorOf({ ...options, connecting: this.#connecting });
  }

  /** Calls that are under way or wait. */
  get load(): number {
    return this.#waiting.length + (this.#handler ? 1 : 0);
  }

  /** Never throws: what is wrong with the request is an error of the call. */
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
        // All of them waited for this connection.
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
      // In one write, where one encoding fits both.
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

  /** Takes in a read. `isShared`: the bytes may be overwritten after it. */
  read(socket: Socket, bytes: Buffer, length: number, isShared: boolean): void {
    if (socket !== this.#socket) return;
    const asked = this.#handler;
    this.#isAnswering = true;
    try {
      let at = 0;
      while (at < length && this.#socket === socket) {
        // Bytes without a call may be meant for the next call, also for one that was waiting and is sent already: no
        // answer on this connection can be trusted.
        if (!this.#handler || (at > 0 && this.#handler !== asked)) {
          this.#isAnswering = true;
          throw Object.assign(new Error('bad response'), { code: 'UND_ERR_SOCKET' });
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
    // Behind what was read, the shared buffer holds what an earlier read left there, which may look like the end.
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
      if (head.status === 101) throw Object.assign(new Error('bad upgrade'), { code: 'UND_ERR_SOCKET' });
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
    this.#lose(Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }));
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
/** Only the connection sets these. */
const REFUSED = new Set(['transfer-encoding', 'keep-alive', 'upgrade', 'expect']);

/** @throws {Error} for what HTTP cannot carry; it names the header and not its value, which may be a token */
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
  for (let index = 0; index < headers.length; index += 2)
    if (headers[index]!.length === 10 && headers[index]!.toLowerCase() === 'connection')
      return /\bclose\b/i.test(headers[index + 1]!);
  return false;
}

function invalid(what: string): Error {
  return Object.assign(new Error(`invalid ${what}`), { code: 'UND_ERR_INVALID_ARG' });
}
