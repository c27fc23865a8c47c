import { arrivals } from '../kernel/arrivals.ts';
import { systemClock, wheel } from '../kernel/clock.ts';
import type { Wait } from '../kernel/timing-wheel.ts';
import type { Address } from './address.ts';
import { withoutQuery } from './address.ts';
import { AnswerBody, LARGEST_ANSWER, tooLarge } from './answer-body.ts';
import type { Cookies } from './cookies.ts';
import { ABORTED, outcomeOfError, TIMED_OUT, TOO_MANY_REDIRECTS } from './failure.ts';
import type { HttpConnection, HttpHandler, HttpRequest } from './http-connection.ts';
import { idleConnections } from './idle-connections.ts';
import { becomesGet, bodyHeaders, isRedirect } from './redirects.ts';
import { RequestError, refusedStatus } from './request-error.ts';
import { headerIn, withoutHeaders } from './request-headers.ts';
import type { ResponseHead } from './response-head.ts';
import { type Arrived, WireResponse } from './wire-response.ts';

/** The state that the calls of one context share. */
export interface Wire {
  readonly address: Address;
  dispatch(request: HttpRequest, handler: HttpHandler): void;
  readonly cookies: Cookies;
  /** The address of the latest connection; null when it is closed. */
  readonly server: Arrived['wire']['server'];
  /** When the last answer on the only connection was complete; 0 on a new connection, and with several connections. */
  readonly idleSince: number;
  /** When the only connection was open at the earliest; 0 with several connections. By `performance.now()`. */
  readonly connectedAt: number;
  /** Whether the only connection is open, without a call in flight. */
  readonly isIdle: boolean;
  /** Called when an answer is complete: the connection is idle from now on. */
  answered(): void;
}

export interface WireCallOptions {
  readonly timeoutMs: number;
  readonly maxRedirects: number;
  readonly failOnStatusCode: boolean;
  readonly signal: AbortSignal | undefined;
}

type Resolve = (response: WireResponse<never>) => void;
type Reject = (error: unknown) => void;

/**
 * One call from its start to its answer. The handler of the connection and the two callbacks of the promise are one object,
 * because each request of a crowd takes this path. One timer limits the whole call.
 */
export class WireCall implements HttpHandler {
  readonly #wire: Wire;
  readonly #options: WireCallOptions;
  readonly #resolve: Resolve;
  readonly #reject: Reject;
  readonly #timeUp: Wait | undefined;
  readonly #calledAt = performance.now();
  /** By `systemClock`. */
  #startedAt = systemClock.now();
  /** Until it is sent, the call only waits for the poll of an idle connection, which is not part of its latency. */
  #startsWhenSent: boolean;
  #request: HttpRequest;
  #redirectsLeft: number;
  /** The connection on which the call was sent. */
  #sentOn: HttpConnection | undefined;
  #settled = false;
  #onSignal: (() => void) | undefined;
  #head: ResponseHead | undefined;
  #body = new AnswerBody();
  #sentAt = 0;
  /** The idle time of its connection before the call; 0 on a new connection. */
  #idleMs = 0;
  #answeredAt = 0;
  #dispatchedAt = 0;
  /** The time during which the call could have been sent, but was not. */
  #heldMs = 0;

  constructor(wire: Wire, request: HttpRequest, options: WireCallOptions, resolve: Resolve, reject: Reject) {
    this.#wire = wire;
    this.#request = request;
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#redirectsLeft = options.maxRedirects;
    this.#startsWhenSent = wire.isIdle;
    if (options.timeoutMs > 0)
      this.#timeUp = wheel.after(options.timeoutMs, () => setImmediate(expire, this));
    if (options.signal) this.#listen(options.signal);
    if (!this.#settled) this.#dispatch();
  }

  onStart(connection: HttpConnection): boolean {
    // A call that timed out while it waited leaves the connection to the next call.
    if (this.#settled) return false;
    this.#sentOn = connection;
    this.#sentAt = performance.now();
    // A connection is polled before its reuse, which takes many milliseconds if the loop is busy. This time is part of the
    // call only for a redirect, or if the connection was closed.
    if (this.#startsWhenSent && this.#wire.idleSince > 0) this.#startedAt = systemClock.now();
    else this.#heldMs += this.#heldBefore();
    this.#startsWhenSent = false;
    this.#idleMs = this.#wire.idleSince === 0 ? 0 : this.#sentAt - this.#wire.idleSince;
    return true;
  }

  onResend(): void {
    idleConnections.resent(this.#idleMs, performance.now());
    this.#sentOn = undefined;
  }

  onHead(head: ResponseHead): void {
    this.#answeredAt = performance.now();
    this.#head = head;
    // A service announces the same value on each connection, so the first answer is enough.
    if (this.#wire.idleSince === 0 && head.keepAlive !== undefined) idleConnections.announced(head.keepAlive);
    if (head.length > LARGEST_ANSWER) {
      this.#refuseSize();
      return;
    }
    if (!head.setsCookies) return;
    for (let index = 0; index < head.headers.length; index += 2)
      if (head.headers[index]!.toLowerCase() === 'set-cookie')
        this.#wire.cookies.store(head.headers[index + 1]!, this.#request.path);
  }

  onData(chunk: Buffer): void {
    if (this.#settled) return;
    if (this.#body.size + chunk.length > LARGEST_ANSWER) this.#refuseSize();
    else this.#body.add(chunk);
  }

  onEnd(): void {
    if (this.#settled) return;
    idleConnections.kept(this.#idleMs);
    this.#wire.answered();
    if (this.#options.maxRedirects > 0 && isRedirect(this.#head!.status)) {
      const location = headerIn(this.#head!.headers, 'location');
      if (location !== undefined) {
        this.#follow(location);
        return;
      }
    }
    const { failOnStatusCode } = this.#options;
    const refused = failOnStatusCode ? refusedStatus(this.#named(), this.#head!) : undefined;
    if (refused) this.#fail(refused);
    else this.#succeed();
  }

  onError(error: Error): void {
    if (this.#settled) return;
    const { method, path } = this.#named();
    const failure = RequestError.from(method, path, error);
    if (!this.#head && outcomeOfError(failure) === 'reset')
      idleConnections.broke(this.#idleMs, performance.now());
    this.#fail(failure);
  }

  /** Ends the call now, in any state. */
  end(code: string, reason: string): void {
    if (this.#settled) return;
    this.#fail(new RequestError({ ...this.#named(), code, reason }));
    this.#sentOn?.abort();
  }

  get timeoutMs(): number {
    return this.#options.timeoutMs;
  }

  #listen(signal: AbortSignal): void {
    this.#onSignal = () => this.end(ABORTED, 'aborted by the signal of the call');
    if (signal.aborted) this.#onSignal();
    else signal.addEventListener('abort', this.#onSignal);
  }

  #dispatch(): void {
    this.#dispatchedAt = performance.now();
    const { cookies } = this.#wire;
    const { method, path, body } = this.#request;
    let { headers } = this.#request;
    const cookie = cookies.header(path);
    if (cookie !== undefined && headerIn(headers, 'cookie') === undefined)
      headers = [...headers, 'cookie', cookie];
    this.#wire.dispatch({ method, path, headers, body }, this);
  }

  /**
   * A call may be sent in a later turn of the loop than it starts: an idle connection is polled first, and a new connection
   * must open. The work of the loop until then is not time of the service.
   */
  #heldBefore(): number {
    const { idleSince, connectedAt } = this.#wire;
    const usableSince = idleSince === 0 ? connectedAt : idleSince;
    return usableSince === 0 ? 0 : this.#sentAt - Math.max(usableSince, this.#dispatchedAt);
  }

  #follow(location: string): void {
    try {
      if (this.#redirectsLeft === 0) {
        const reason = `more than ${this.#options.maxRedirects} redirects`;
        this.#fail(new RequestError({ ...this.#named(), code: TOO_MANY_REDIRECTS, reason }));
        return;
      }
      this.#redirectsLeft -= 1;
      const { method, path, headers, body } = this.#request;
      const next = this.#wire.address.redirected(path, location);
      this.#request = becomesGet(this.#head!.status, method)
        ? { method: 'GET', path: next, headers: withoutHeaders(headers, bodyHeaders), body: null }
        : { method, path: next, headers, body };
      this.#sentOn = undefined;
      this.#head = undefined;
      this.#body = new AnswerBody();
      this.#dispatch();
    } catch (error) {
      // The connection would treat an error that is thrown here as its own error.
      this.#fail(error);
    }
  }

  #succeed(): void {
    const response = new WireResponse<never>({
      url: this.#wire.address.origin + this.#request.path,
      head: this.#head!,
      body: this.#body,
      wire: this.#wire,
      startedAt: this.#startedAt,
      calledAt: this.#calledAt,
      sentAt: this.#sentAt,
      answeredAt: this.#answeredAt,
      endedAt: performance.now(),
      latestAt: arrivals.latest,
      earliestAt: arrivals.earliest - this.#heldMs,
      heldMs: this.#heldMs,
    });
    // A small answer may decompress to a large one, which the reader must not get.
    if (this.#head!.isPacked && response.isTooLarge) {
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
    this.#timeUp?.cancel();
    if (this.#onSignal) this.#options.signal?.removeEventListener('abort', this.#onSignal);
  }

  #refuseSize(): void {
    this.#fail(tooLarge(this.#named()));
    this.#body = new AnswerBody();
    this.#sentOn?.abort();
  }

  #named(): { method: string; path: string } {
    return { method: this.#request.method, path: withoutQuery(this.#request.path) };
  }
}

/**
 * Called after a poll: the answer may have arrived while this process was busy. The socket is read before the call times
 * out, so that a block of this process does not count as a timeout of the service.
 */
function expire(call: WireCall): void {
  call.end(TIMED_OUT, `no answer within ${call.timeoutMs} ms`);
}
