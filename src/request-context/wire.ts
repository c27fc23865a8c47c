import type { Socket } from 'node:net';
import type { APIResponse } from '@playwright/test';
import { arrivals } from '../kernel/arrivals.ts';
import { systemClock } from '../kernel/clock.ts';
import { UserError } from '../kernel/errors.ts';
import { Address } from './address.ts';
import { Cookies } from './cookies.ts';
import { ABORTED } from './failure.ts';
import { HttpConnection, type HttpHandler, type HttpRequest } from './http-connection.ts';
import { MAX_REDIRECTS } from './redirects.ts';
import { refuseTwoBodies, requestBody } from './request-body.ts';
import type { CallOptions, RequestContext, RequestContextOptions } from './request-context.ts';
import { codedError } from './request-error.ts';
import { type FlatHeaders, headerIn, mergeHeaders } from './request-headers.ts';
import { Verbs } from './verbs.ts';
import { type Wire, WireCall, type WireCallOptions } from './wire-call.ts';
import type { WireResponse } from './wire-response.ts';

// There is no `accept-encoding`, because a crowd would spend its CPU on decompression.
const ownHeaders: Readonly<FlatHeaders> = ['user-agent', 'fullhouse', 'accept', '*/*'];

const NO_OPTIONS: CallOptions = {};

/** The limit of a connect, also for calls with a longer timeout. */
const LONGEST_CONNECT_MS = 30_000;

/**
 * The request context of crowds: Playwright's methods over its own HTTP/1.1 connections. It retries no failed call, so that
 * connections broken by a fault or the service are visible. The only exception is the close of a reused connection, see
 * `HttpConnection`. (An idle connection is polled before its reuse, so a closed one is replaced without an error.)
 */
export class WireContext extends Verbs implements RequestContext, Wire {
  readonly #connections: HttpConnection[] = [];
  readonly #open: () => HttpConnection;
  readonly #most: number;
  readonly address: Address;
  readonly cookies: Cookies;
  readonly #headers: Readonly<FlatHeaders>;
  /** The same headers, for a JSON body. */
  #jsonHeaders: Readonly<FlatHeaders> | undefined;
  readonly #defaults: WireCallOptions;
  #isDisposed = false;
  /** The latest connection. */
  #socket: Socket | undefined;
  readonly #isOneConnection: boolean;
  idleSince = 0;
  connectedAt = 0;

  constructor(options: RequestContextOptions) {
    const { baseURL, via, localAddress, extraHTTPHeaders, timeoutMs, connections = 1 } = options;
    super();
    this.address = Address.of(baseURL);
    this.cookies = new Cookies(this.address);
    this.#headers = extraHTTPHeaders ? mergeHeaders(ownHeaders, extraHTTPHeaders) : ownHeaders;
    this.#defaults = { timeoutMs, maxRedirects: MAX_REDIRECTS, failOnStatusCode: false, signal: undefined };
    const connecting = {
      address: this.address,
      via,
      localAddress,
      timeoutMs: timeoutMs > 0 ? Math.min(timeoutMs, LONGEST_CONNECT_MS) : LONGEST_CONNECT_MS,
      connected: (socket: Socket) => {
        this.idleSince = 0;
        this.#socket = socket;
        if (this.#isOneConnection) this.connectedAt = sawConnected(socket);
      },
    };
    this.#open = () => new HttpConnection(connecting);
    this.#most = connections;
    this.#isOneConnection = connections === 1;
  }

  /** Uses the connection with the fewest calls. Opens another connection while that is allowed. */
  dispatch(request: HttpRequest, handler: HttpHandler): void {
    let best = this.#connections[0];
    for (const one of this.#connections) if (one.load < best!.load) best = one;
    if (!best || (best.load > 0 && this.#connections.length < this.#most)) {
      best = this.#open();
      if (this.#isDisposed) void best.destroy(DISPOSED);
      this.#connections.push(best);
    }
    best.dispatch(request, handler);
  }

  /** The address of the latest connection. All connections go to one service, so they have the same address. */
  get server(): Wire['server'] {
    const { remoteAddress, remotePort } = this.#socket ?? {};
    if (remoteAddress === undefined || remotePort === undefined) return null;
    return { ipAddress: remoteAddress, port: remotePort };
  }

  get isIdle(): boolean {
    return this.idleSince > 0 && this.#connections[0]!.load === 0 && this.#socket?.destroyed === false;
  }

  answered(): void {
    // With several connections, the connection of the next call is not known.
    if (this.#isOneConnection) this.idleSince = performance.now();
  }

  /** Closes all connections now. Calls in flight end with an error whose outcome is `aborted`. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    await Promise.all(this.#connections.map((connection) => connection.destroy(DISPOSED)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  protected call<T>(method: string, url: string, options: CallOptions = NO_OPTIONS): Promise<APIResponse<T>> {
    return new Promise((resolve, reject) => {
      const path = this.address.resolve(url, options.params);
      if (options === NO_OPTIONS) {
        const request = { method, path, headers: this.#headers, body: null };
        new WireCall(this, request, this.#defaults, resolve, reject);
        return;
      }
      refuseUnsupported(options);
      refuseTwoBodies(options);
      const body = requestBody(options);
      let headers = this.#headers;
      if (options.headers) headers = mergeHeaders(headers, options.headers);
      if (body && headerIn(headers, 'content-type') === undefined)
        headers = [...headers, 'content-type', body.type];
      const request = { method, path, headers, body: body?.content ?? null };
      new WireCall(this, request, this.#callOptions(options), resolve, reject);
    });
  }

  /**
   * A call without options, with less work than `fetch`.
   * @param headers replace headers of the context
   * @param data is sent as JSON
   */
  ask(
    method: string,
    url: string,
    headers: Readonly<Record<string, string>> | undefined,
    data: object | undefined,
  ): Promise<WireResponse<unknown>> {
    return new Promise((resolve, reject) => {
      const path = this.address.resolve(url);
      let flat = this.#headers;
      if (headers) {
        flat = mergeHeaders(flat, headers);
        if (data !== undefined) flat = asJson(flat);
      } else if (data !== undefined) {
        this.#jsonHeaders ??= asJson(flat);
        flat = this.#jsonHeaders;
      }
      const body = data === undefined ? null : JSON.stringify(data);
      new WireCall(this, { method, path, headers: flat, body }, this.#defaults, resolve, reject);
    });
  }

  #callOptions({ timeout, maxRedirects, failOnStatusCode, signal }: CallOptions): WireCallOptions {
    const defaults = this.#defaults;
    if (timeout === undefined && maxRedirects === undefined && !failOnStatusCode && !signal) return defaults;
    return {
      timeoutMs: timeout ?? defaults.timeoutMs,
      maxRedirects: maxRedirects ?? defaults.maxRedirects,
      failOnStatusCode: failOnStatusCode ?? false,
      signal,
    };
  }
}

/** When the connection was open at the earliest, by `performance.now()`: a poll reports it like data. */
function sawConnected(socket: Socket): number {
  arrivals.read(socket);
  return performance.now() - (systemClock.now() - arrivals.earliest);
}

function asJson(headers: Readonly<FlatHeaders>): Readonly<FlatHeaders> {
  return headerIn(headers, 'content-type') === undefined
    ? [...headers, 'content-type', 'application/json']
    : headers;
}

/** One error for all participants: an error with its stack costs more than the end of a participant. */
const DISPOSED = codedError(ABORTED, 'the request context was disposed');

/** Options that this context does not support, with what to use instead. */
const unsupported = [
  ['multipart', 'data or form'],
  ['ignoreHTTPSErrors', 'SERVICE_CA with the certificate of your authority'],
  ['maxRetries', 'maxRetries: 0, so that each failure is counted'],
] as const;

function refuseUnsupported(options: CallOptions): void {
  // `maxRetries: 0` and `ignoreHTTPSErrors: false` are the behaviour of this context.
  for (const [name, hint] of unsupported)
    if (options[name])
      throw new UserError(
        `The wire request context does not support ${name}. Use ${hint}, or run with REQUEST_CONTEXT=playwright.`,
      );
}
