import { isIPv6 } from 'node:net';
import type { APIRequestContext, APIResponse } from '@playwright/test';
import { UserError } from '../kernel/errors.ts';
import type { Via } from '../kernel/reach.ts';
import { Address, withoutQuery } from './address.ts';
import { LARGEST_ANSWER, tooLarge } from './answer-body.ts';
import { Cookies } from './cookies.ts';
import { ABORTED, TIMED_OUT, TOO_MANY_REDIRECTS } from './failure.ts';
import { withOwnBody } from './playwright-response.ts';
import { becomesGet, bodyHeaders, isRedirect, MAX_REDIRECTS } from './redirects.ts';
import { refuseTwoBodies } from './request-body.ts';
import type { CallOptions, RequestContext, RequestContextOptions } from './request-context.ts';
import { RequestError, refusedStatus } from './request-error.ts';
import { uninstrumentedPlaywright } from './uninstrumented-playwright.ts';
import { Verbs } from './verbs.ts';

/**
 * Playwright's own request context for one participant, with all its features, without recorded steps, and with constant
 * memory. It follows redirects itself, because Playwright would follow them to any host, and calls may go only to the
 * service.
 */
export class PlaywrightContext extends Verbs implements RequestContext {
  readonly #playwright: APIRequestContext;
  readonly #address: Address;
  readonly #timeoutMs: number;
  readonly #elsewhere: Elsewhere | undefined;
  #disposed = false;

  private constructor(
    playwright: APIRequestContext,
    address: Address,
    timeoutMs: number,
    elsewhere: Elsewhere | undefined,
  ) {
    super();
    this.#playwright = playwright;
    this.#address = address;
    this.#timeoutMs = timeoutMs;
    this.#elsewhere = elsewhere;
  }

  static async open({
    baseURL,
    via,
    extraHTTPHeaders,
    timeoutMs,
  }: RequestContextOptions): Promise<PlaywrightContext> {
    const address = new Address(baseURL);
    const playwright = await uninstrumentedPlaywright().request.newContext({
      baseURL,
      extraHTTPHeaders: { ...extraHTTPHeaders },
      timeout: timeoutMs,
    });
    const elsewhere = via && new Elsewhere(address.origin, via, extraHTTPHeaders);
    return new PlaywrightContext(playwright, address, timeoutMs, elsewhere);
  }

  /** Closes all connections now. Calls in flight end with an error whose outcome is `aborted`. */
  async dispose(options?: { reason?: string }): Promise<void> {
    this.#disposed = true;
    await this.#playwright.dispose(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  protected async call<T>(method: string, url: string, options: CallOptions = {}): Promise<APIResponse<T>> {
    const path = this.#address.resolve(url, options.params);
    refuseTwoBodies(options);
    const named = { method, path: withoutQuery(path) };
    const timeoutMs = options.timeout ?? this.#timeoutMs;
    let answer: APIResponse<T>;
    try {
      answer = await this.#follow<T>(method, path, { ...options, params: undefined }, timeoutMs);
    } catch (error) {
      throw error instanceof UserError || error instanceof RequestError
        ? error
        : this.#explained(error, named, timeoutMs, options.signal);
    }
    const refused = options.failOnStatusCode
      ? refusedStatus(named, { status: answer.status(), statusText: answer.statusText() })
      : undefined;
    if (refused) throw refused;
    return answer;
  }

  async #follow<T>(
    method: string,
    path: string,
    options: CallOptions,
    timeoutMs: number,
  ): Promise<APIResponse<T>> {
    const endsAt = performance.now() + timeoutMs;
    const maxRedirects = options.maxRedirects ?? MAX_REDIRECTS;
    let hop: CallOptions = {
      ...options,
      method,
      timeout: timeoutMs,
      maxRedirects: 0,
      failOnStatusCode: false,
    };
    let hopPath = path;
    for (let redirects = 0; ; redirects++) {
      const answer = await this.#fetch<T>(hopPath, hop);
      const location = isRedirect(answer.status()) ? answer.headers().location : undefined;
      if (location === undefined || maxRedirects === 0) {
        const taken = await withOwnBody(answer, this.#address.origin + hopPath);
        // Playwright has already read the whole body: this limits the kept bytes, not the memory.
        if ((await taken.body()).length > LARGEST_ANSWER)
          throw tooLarge({ method, path: withoutQuery(hopPath) });
        return taken;
      }
      await answer.dispose();
      if (redirects === maxRedirects) {
        const reason = `more than ${maxRedirects} redirects`;
        throw new RequestError({ method, path: withoutQuery(hopPath), code: TOO_MANY_REDIRECTS, reason });
      }
      hopPath = this.#address.redirected(hopPath, location);
      if (timeoutMs > 0) hop = { ...hop, timeout: Math.max(1, endsAt - performance.now()) };
      if (becomesGet(answer.status(), hop.method ?? method)) hop = asGet(hop);
    }
  }

  async #fetch<T>(path: string, options: CallOptions): Promise<APIResponse<T>> {
    const elsewhere = this.#elsewhere;
    if (elsewhere === undefined) return this.#playwright.fetch<T>(this.#address.origin + path, options);
    const headers = elsewhere.headers(path, options.headers);
    const answer = await this.#playwright.fetch<T>(elsewhere.origin + path, { ...options, headers });
    elsewhere.store(answer, path);
    return answer;
  }

  /** Playwright's errors have no code, and quote all headers of the call, also tokens. */
  #explained(
    error: unknown,
    named: { method: string; path: string },
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): RequestError {
    if (this.#disposed) {
      return new RequestError({ ...named, code: ABORTED, reason: 'the request context was disposed' });
    }
    if (signal?.aborted) {
      return new RequestError({ ...named, code: ABORTED, reason: 'aborted by the signal of the call' });
    }
    if (error instanceof Error && error.name === 'TimeoutError') {
      return new RequestError({ ...named, code: TIMED_OUT, reason: `no answer within ${timeoutMs} ms` });
    }
    return RequestError.from(named.method, named.path, error);
  }
}

function asGet({ data, form, multipart, headers, ...kept }: CallOptions): CallOptions {
  const own = Object.entries(headers ?? {}).filter(([name]) => !bodyHeaders.has(name.toLowerCase()));
  return { ...kept, method: 'GET', headers: Object.fromEntries(own) };
}

/**
 * Sends calls to another address than that of the service. Playwright connects to the URL of a call; Node takes the server
 * name of TLS (SNI) and the name of the certificate from the Host header. A proxy would also work, but Playwright opens a
 * new connection through it for each call. Cookies are kept here, because Playwright would reject cookies for the name of
 * the service.
 *
 * Node puts no IP address into SNI: a TLS service with an IP address as its name is refused, unless `via` is that address.
 */
class Elsewhere {
  readonly origin: string;
  readonly #host: string;
  readonly #cookies: Cookies | undefined;

  constructor(serviceOrigin: string, { host, port }: Via, common: Readonly<Record<string, string>> = {}) {
    const { protocol, host: serviceHost } = new URL(serviceOrigin);
    this.origin = `${protocol}//${isIPv6(host) ? `[${host}]` : host}:${port}`;
    this.#host = serviceHost;
    this.#cookies = namesCookie(common) ? undefined : new Cookies(new Address(serviceOrigin));
  }

  headers(path: string, own: Readonly<Record<string, string>> = {}): Record<string, string> {
    const cookie = namesCookie(own) ? undefined : this.#cookies?.header(path);
    return { host: this.#host, ...(cookie === undefined ? {} : { cookie }), ...own };
  }

  store(answer: APIResponse, path: string): void {
    for (const { name, value } of answer.headersArray())
      if (name.toLowerCase() === 'set-cookie') this.#cookies?.store(value, path);
  }
}

function namesCookie(headers: Readonly<Record<string, string>>): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === 'cookie');
}
