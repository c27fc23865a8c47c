import type { APIResponse } from '@playwright/test';
import type { Dispatcher } from 'undici';
import type { Address } from './address.ts';
import { withoutQuery } from './address.ts';
import { LARGEST_ANSWER, tooLarge } from './answer-size.ts';
import type { Cookies } from './cookies.ts';
import { ABORTED, outcomeOfError, TIMED_OUT } from './failure.ts';
import { idleConnections } from './idle-connections.ts';
import { becomesGet, bodyHeaders, isRedirect } from './redirects.ts';
import { RequestError, refusedStatus } from './request-error.ts';
import { type FlatHeaders, hasHeader, withoutHeaders } from './request-headers.ts';
import { type Arrived, WireResponse } from './wire-response.ts';

/** What the calls of one context share. */
export interface Wire {
  readonly dispatcher: Dispatcher;
  readonly address: Address;
  readonly cookies: Cookies;
  readonly server: Arrived['address'];
  /** When the last answer on the one connection was complete; 0 on a new one, and where there are several. */
  readonly idleSince: number;
  /** The connection is idle from now on. */
  answered(): void;
}

export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: FlatHeaders;
  readonly body: string | Buffer | null;
}

export interface WireCallOptions {
  readonly timeoutMs: number;
  readonly maxRedirects: number;
  readonly failOnStatusCode: boolean;
  readonly signal: AbortSignal | undefined;
}

type Resolve = (response: APIResponse) => void;
type Reject = (error: unknown) => void;

/**
 * One call from its start to its answer: undici's handler and the promise's two ends in one object, because this
 * is the path that every request of a crowd takes. One timer bounds the whole call, whatever it is waiting for.
 */
export class WireCall implements Dispatcher.DispatchHandler {
  readonly #wire: Wire;
  readonly #options: WireCallOptions;
  readonly #resolve: Resolve;
  readonly #reject: Reject;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #calledAt = performance.now();
  #request: WireRequest;
  #redirectsLeft: number;
  #controller: Dispatcher.DispatchController | undefined;
  #settled = false;
  #onSignal: (() => void) | undefined;
  #status = 0;
  #statusText = '';
  #rawHeaders: Buffer[] = [];
  #chunks: Buffer[] = [];
  #size = 0;
  #isPacked = false;
  #sentAt = 0;
  /** How long its connection had been idle; 0 on a new one. */
  #idleMs = 0;
  #answeredAt = 0;

  constructor(wire: Wire, request: WireRequest, options: WireCallOptions, resolve: Resolve, reject: Reject) {
    this.#wire = wire;
    this.#request = request;
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#redirectsLeft = options.maxRedirects;
    if (options.timeoutMs > 0) this.#timer = setTimeout(expire, options.timeoutMs, this);
    if (options.signal) this.#listen(options.signal);
    if (!this.#settled) this.#dispatch();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Timed out while it waited for the connection. Throwing takes it out of undici's queue; to abort it here
    // would also close the connection, which the next call can use.
    if (this.#settled) throw new Error('abandoned before it was sent');
    this.#controller = controller;
    this.#sentAt = performance.now();
    this.#idleMs = this.#wire.idleSince === 0 ? 0 : this.#sentAt - this.#wire.idleSince;
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    statusText = '',
  ): void {
    if (status < 200) return;
    this.#answeredAt = performance.now();
    this.#status = status;
    this.#statusText = statusText;
    this.#rawHeaders = controller.rawHeaders as Buffer[];
    if (this.#wire.idleSince === 0) {
      // A service says the same on each connection: the first answer is enough.
      const keepAlive = this.#header('keep-alive');
      if (keepAlive !== undefined) idleConnections.announced(keepAlive);
    }
    this.#isPacked = false;
    for (let index = 0; index < this.#rawHeaders.length; index += 2) {
      if (isNamed(this.#rawHeaders[index]!, 'set-cookie')) {
        this.#wire.cookies.store(this.#rawHeaders[index + 1]!.toString('latin1'), this.#request.path);
      } else if (isNamed(this.#rawHeaders[index]!, 'content-encoding')) {
        this.#isPacked = true;
      }
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return;
    this.#size += chunk.length;
    if (this.#size > LARGEST_ANSWER) {
      const error = tooLarge(this.#named());
      this.#fail(error);
      this.#chunks = [];
      this.#controller?.abort(error);
      return;
    }
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#settled) return;
    idleConnections.kept(this.#idleMs);
    this.#wire.answered();
    if (this.#options.maxRedirects > 0 && isRedirect(this.#status)) {
      const location = this.#header('location');
      if (location !== undefined) {
        this.#follow(location);
        return;
      }
    }
    const { failOnStatusCode } = this.#options;
    const refused = failOnStatusCode
      ? refusedStatus(this.#named(), { status: this.#status, statusText: this.#statusText })
      : undefined;
    if (refused) this.#fail(refused);
    else this.#succeed();
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    if (this.#settled) return;
    const { method, path } = this.#named();
    const failure = RequestError.from(method, path, error);
    if (this.#status === 0 && outcomeOfError(failure) === 'reset')
      idleConnections.broke(this.#idleMs, performance.now());
    this.#fail(failure);
  }

  /** Ends the call now, in whatever state it is. */
  end(code: string, reason: string): void {
    if (this.#settled) return;
    const error = new RequestError({ ...this.#named(), code, reason });
    this.#fail(error);
    this.#controller?.abort(error);
  }

  get timeoutMs(): number {
    return this.#options.timeoutMs;
  }

  #listen(signal: AbortSignal): void {
    this.#onSignal = () => this.end(ABORTED, 'ended by the signal of the call');
    if (signal.aborted) this.#onSignal();
    else signal.addEventListener('abort', this.#onSignal);
  }

  #dispatch(): void {
    const { dispatcher, cookies } = this.#wire;
    const { method, path, body } = this.#request;
    let { headers } = this.#request;
    const cookie = cookies.header(path);
    if (cookie !== undefined && !hasHeader(headers, 'cookie')) headers = [...headers, 'cookie', cookie];
    dispatcher.dispatch({ method, path, headers, body }, this);
  }

  #follow(location: string): void {
    try {
      if (this.#redirectsLeft === 0) {
        const reason = `more than ${this.#options.maxRedirects} redirects`;
        this.#fail(new RequestError({ ...this.#named(), code: undefined, reason }));
        return;
      }
      this.#redirectsLeft -= 1;
      const { method, path, headers, body } = this.#request;
      const next = this.#wire.address.redirected(path, location);
      this.#request = becomesGet(this.#status, method)
        ? { method: 'GET', path: next, headers: withoutHeaders(headers, bodyHeaders), body: null }
        : { method, path: next, headers, body };
      this.#controller = undefined;
      this.#chunks = [];
      this.#size = 0;
      this.#dispatch();
    } catch (error) {
      // undici would take an error thrown here for one of the connection.
      this.#fail(error);
    }
  }

  #succeed(): void {
    const response = new WireResponse({
      url: this.#wire.address.origin + this.#request.path,
      status: this.#status,
      statusText: this.#statusText,
      rawHeaders: this.#rawHeaders,
      chunks: this.#chunks,
      address: this.#wire.server,
      calledAt: this.#calledAt,
      sentAt: this.#sentAt,
      answeredAt: this.#answeredAt,
      endedAt: performance.now(),
    });
    // A small answer may unpack to a large one, which must not be left to the reader.
    if (this.#isPacked && response.isTooLarge) {
      this.#fail(tooLarge(this.#named()));
      return;
    }
    this.#settle();
    this.#resolve(response);
  }

  #fail(error: unknown): void {
    this.#settle();
    this.#reject(error);
  }

  #settle(): void {
    this.#settled = true;
    clearTimeout(this.#timer);
    if (this.#onSignal) this.#options.signal?.removeEventListener('abort', this.#onSignal);
  }

  #named(): { method: string; path: string } {
    return { method: this.#request.method, path: withoutQuery(this.#request.path) };
  }

  #header(name: string): string | undefined {
    for (let index = 0; index < this.#rawHeaders.length; index += 2) {
      if (isNamed(this.#rawHeaders[index]!, name)) return this.#rawHeaders[index + 1]!.toString('latin1');
    }
    return undefined;
  }
}

function expire(call: WireCall): void {
  call.end(TIMED_OUT, `no answer within ${call.timeoutMs} ms`);
}

/** Compares lengths first: nearly all headers are ruled out by it. */
function isNamed(raw: Buffer, name: string): boolean {
  return raw.length === name.length && raw.toString('latin1').toLowerCase() === name;
}
