import type { Socket } from 'node:net';
import type { APIResponse } from '@playwright/test';
import { buildConnector, Client, type Dispatcher, Pool } from 'undici';
import { UserError } from '../kernel/errors.ts';
import type { Via } from '../kernel/reach.ts';
import { Address } from './address.ts';
import { connectionOptions } from './connection-options.ts';
import { Cookies } from './cookies.ts';
import { ABORTED } from './failure.ts';
import { MAX_REDIRECTS } from './redirects.ts';
import { refuseTwoBodies, requestBody } from './request-body.ts';
import type { CallOptions, RequestContext, RequestContextOptions } from './request-context.ts';
import { type FlatHeaders, hasHeader, mergeHeaders } from './request-headers.ts';
import { Verbs } from './verbs.ts';
import { type Wire, WireCall, type WireCallOptions } from './wire-call.ts';
import type { Arrived } from './wire-response.ts';

// No `accept-encoding`: undici does not decompress, and a crowd would spend its CPU on it.
const ownHeaders: Readonly<FlatHeaders> = ['user-agent', 'fullhouse', 'accept', '*/*'];

const NO_OPTIONS: CallOptions = {};

/** Without an answer to the connect, an attempt ends at the latest after this time. */
const LONGEST_CONNECT_MS = 30_000;

/**
 * The request context of crowds: Playwright's methods over undici's `dispatch`. Nothing is retried: a connection
 * that a fault or the service broke has to show as that. (undici looks at an idle connection before it uses it
 * again, so one that the service closed meanwhile is replaced without an error.)
 */
export class WireContext extends Verbs implements RequestContext, Wire {
  readonly dispatcher: Dispatcher;
  readonly address: Address;
  readonly cookies: Cookies;
  readonly #headers: Readonly<FlatHeaders>;
  readonly #defaults: WireCallOptions;
  readonly #connecting = new Set<Socket>();
  #server: Arrived['address'] = null;
  readonly #isOneConnection: boolean;
  #idleSince = 0;

  constructor({ baseURL, via, extraHTTPHeaders, timeoutMs, connections = 1 }: RequestContextOptions) {
    super();
    this.address = new Address(baseURL);
    this.cookies = new Cookies(this.address.origin);
    this.#headers = extraHTTPHeaders ? mergeHeaders(ownHeaders, extraHTTPHeaders) : ownHeaders;
    this.#defaults = { timeoutMs, maxRedirects: MAX_REDIRECTS, failOnStatusCode: false, signal: undefined };
    const connect = this.#connector(
      timeoutMs > 0 ? Math.min(timeoutMs, LONGEST_CONNECT_MS) : LONGEST_CONNECT_MS,
      via,
    );
    // Each call brings its own timer for everything, so undici's two are off.
    const options = { connect, headersTimeout: 0, bodyTimeout: 0 };
    const { origin } = this.address;
    this.#isOneConnection = connections === 1;
    this.dispatcher =
      connections === 1 ? new Client(origin, options) : new Pool(origin, { ...options, connections });
  }

  /** The address of the latest connection; there is one service, so it is that of all. */
  get server(): Arrived['address'] {
    return this.#server;
  }

  get idleSince(): number {
    return this.#idleSince;
  }

  answered(): void {
    // Of several connections nobody knows which one a call takes.
    if (this.#isOneConnection) this.#idleSince = performance.now();
  }

  protected callLike<T>(): Promise<APIResponse<T>> {
    return Promise.reject(unsupported('fetch(request)', 'a URL'));
  }

  /** Closes all connections now. Calls in flight end with an error whose outcome is `aborted`. */
  async dispose(): Promise<void> {
    const reason = new DisposedError();
    const destroyed = this.dispatcher.destroy(reason);
    for (const socket of this.#connecting) socket.destroy(reason);
    await destroyed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  protected call<T>(method: string, url: string, options: CallOptions = NO_OPTIONS): Promise<APIResponse<T>> {
    return new Promise((resolve, reject) => {
      const path = this.address.resolve(url, options.params);
      if (options === NO_OPTIONS) {
        const request = { method, path, headers: this.#headers as FlatHeaders, body: null };
        new WireCall(this, request, this.#defaults, resolve, reject);
        return;
      }
      refuseUnsupported(options);
      refuseTwoBodies(options);
      const body = requestBody(options);
      let headers = this.#headers as FlatHeaders;
      if (options.headers) headers = mergeHeaders(headers, options.headers);
      if (body && !hasHeader(headers, 'content-type')) headers = [...headers, 'content-type', body.type];
      const request = { method, path, headers, body: body?.content ?? null };
      new WireCall(this, request, this.#callOptions(options), resolve, reject);
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

  /** Knows the sockets that are still connecting, so that `dispose` can end them; undici only forgets them. */
  #connector(timeout: number, via: Via | undefined): buildConnector.connector {
    const { hostname, protocol } = new URL(this.address.origin);
    const { host, port, ...tls } = connectionOptions({ isSecure: protocol === 'https:', hostname, via });
    // No TLS session is kept over connections: each participant pays a full handshake, as each real one does.
    const connect = buildConnector({ timeout, maxCachedSessions: 0, ...tls });
    // undici reads the server name (SNI) from `host`, which stays, and connects to `hostname`.
    const elsewhere = host === undefined ? {} : { hostname: host, port: String(port) };
    return (options, callback) => {
      // undici's connector returns its socket, though its type does not say so.
      const socket = connect({ ...options, ...elsewhere }, (error, connected) => {
        this.#connecting.delete(socket);
        if (error) {
          callback(error, null);
          return;
        }
        this.#idleSince = 0;
        const { remoteAddress, remotePort } = connected;
        if (remoteAddress !== undefined && remotePort !== undefined) {
          this.#server = { ipAddress: remoteAddress, port: remotePort };
        }
        callback(null, connected);
      }) as unknown as Socket;
      this.#connecting.add(socket);
    };
  }
}

class DisposedError extends Error {
  readonly code = ABORTED;

  constructor() {
    super('the request context was disposed');
  }
}

const unsupportedOptions = ['multipart', 'ignoreHTTPSErrors', 'maxRetries'] as const;

function refuseUnsupported(options: CallOptions): void {
  for (const name of unsupportedOptions) {
    // `maxRetries: 0` and `ignoreHTTPSErrors: false` ask for what happens anyway.
    if (options[name]) throw unsupported(name, waysOut[name]);
  }
}

const waysOut = {
  multipart: 'data or form',
  ignoreHTTPSErrors: 'SERVICE_CA with the certificate of your authority',
  maxRetries: 'maxRetries: 0, so that each failure is counted',
};

function unsupported(what: string, instead: string): UserError {
  return new UserError(
    `The wire request context does not support ${what}. Use ${instead}, or run with REQUEST_CONTEXT=playwright.`,
  );
}
