import { arrivals } from '../kernel/arrivals.ts';
import { systemClock, wheel } from '../kernel/clock.ts';
import type { Wait } from '../kernel/timing-wheel.ts';
import type { Address } from './address.ts';
import { withoutQuery } from './address.ts';
import { AnswerBody, LARGEST_ANSWER, tooLarge } from './answer-body.ts';
import type { Cookies } from './cookies.ts';
import { ABORTED, outcomeOfError, TIMED_OUT, TOO_MANY_REDIRECTS } from './failure.ts';
import type { HttpCall, HttpHandler, HttpRequest } from './http-connection.ts';
import { idleConnections } from './idle-connections.ts';
import { becomesGet, bodyHeaders, isRedirect } from './redirects.ts';
import { RequestError, refusedStatus } from './request-error.ts';
import { hasHeader, withoutHeaders } from './request-headers.ts';
import type { ResponseHead } from './response-head.ts';
import { type Arrived, WireResponse } from './wire-response.ts';

/** What the calls of one context share. */
export interface Wire {
  readonly address: Address;
  dispatch(request: HttpRequest, handler: HttpHandler): void;
  readonly cookies: Cookies;
  /** The address of the latest connection; null when it is closed. */
  readonly server: Arrived['wire']['server'];
  /** When the last answer on the one connection was complete; 0 on a new one, and where there are several. */
  readonly idleSince: number;
  /** When the one connection was there at the earliest; 0 where there are several. Instants of `performance.now()`. */
  readonly connectedAt: number;
  /** Its one connection is open, and no call is under way. */
  readonly isIdle: boolean;
  /** The connection is idle from now on. */
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
 * One call from its start to its answer: the connection's handler and the promise's two ends in one object, because this
 * is the path that every request of a crowd takes. One timer bounds the whole call, whatever it is waiting for.
 */
export class WireCall implements HttpHandler {
  readonly #wire: Wire;
  readonly #options: WireCallOptions;
  readonly #resolve: Resolve;
  readonly #reject: Reject;
  readonly #timeUp: Wait | undefined;
  readonly #calledAt = performance.now();
  /** When it started, on the clock of `systemClock`. */
  #startedAt = systemClock.now();
  /** Before it is sent, the call only waits for the look at an idle connection, which is no part of a latency. */
  #startsWhenSent: boolean;
  #request: HttpRequest;
  #redirectsLeft: number;
  #sent: HttpCall | undefined;
  #settled = false;
  #onSignal: (() => void) | undefined;
  #head: ResponseHead | undefined;
  #body = new AnswerBody();
  #sentAt = 0;
  /** How long its connection had been idle; 0 on a new one. */
  #idleMs = 0;
  #answeredAt = 0;
  #dispatchedAt = 0;
  /** For how long the call could have been sent, but was not. */
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

  onStart(call: HttpCall): boolean {
    // Timed out while it waited for the connection, which the next call can use.
    if (this.#settled) return false;
    this.#sent = call;
    this.#sentAt = performance.now();
    // Before a connection is used again, one poll passes: many milliseconds if the loop is busy. If the connection turned
    // out to be closed, or for a redirect, the time is part of the call.
    if (this.#startsWhenSent && this.#wire.idleSince > 0) this.#startedAt = systemClock.now();
    else this.#heldMs += this.#heldBefore();
    this.#startsWhenSent = false;
    this.#idleMs = this.#wire.idleSince === 0 ? 0 : this.#sentAt - this.#wire.idleSince;
    return true;
  }

  onResend(): void {
    idleConnections.resent(this.#idleMs, performance.now());
    this.#sent = undefined;
  }

  onHead(head: ResponseHead): void {
    this.#answeredAt = performance.now();
    this.#head = head;
    // A service announces the same on each connection: the first answer is enough.
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
      const location = this.#location();
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

  /** Ends the call now, in whatever state it is. */
  end(code: string, reason: string): void {
    if (this.#settled) return;
    const error = new RequestError({ ...this.#named(), code, reason });
    this.#fail(error);
    this.#sent?.abort();
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
    this.#dispatchedAt = performance.now();
    const { cookies } = this.#wire;
    const { method, path, body } = this.#request;
    let { headers } = this.#request;
    const cookie = cookies.header(path);
    if (cookie !== undefined && !hasHeader(headers, 'cookie')) headers = [...headers, 'cookie', cookie];
    this.#wire.dispatch({ method, path, headers, body }, this);
  }

  /**
   * A call may leave in a later turn of the loop than it begins: an idle connection is looked at first, and a new one has
   * to be there. What the loop did until then is no time of the service.
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
      this.#sent = undefined;
      this.#head = undefined;
      this.#body = new AnswerBody();
      this.#dispatch();
    } catch (error) {
      // The connection would take an error thrown here for one of its own.
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
    // A small answer may unpack to a large one, which must not be left to the reader.
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
    this.#sent?.abort();
  }

  #named(): { method: string; path: string } {
    return { method: this.#request.method, path: withoutQuery(this.#request.path) };
  }

  #location(): string | undefined {
    const { headers } = this.#head!;
    for (let index = 0; index < headers.length; index += 2)
      if (headers[index]!.toLowerCase() === 'location') return headers[index + 1];
    return undefined;
  }
}

/**
 * The answer may have arrived while this process was busy: what waits in the socket is read before the time counts as
 * up, so that a block of ours is no timeout of the service.
 */
function expire(call: WireCall): void {
  call.end(TIMED_OUT, `no answer within ${call.timeoutMs} ms`);
}
