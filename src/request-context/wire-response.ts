import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { APIResponse } from '@playwright/test';
import type { AnswerBody } from './answer-body.ts';
import { LARGEST_ANSWER } from './answer-body.ts';
import type { ResponseHead } from './response-head.ts';

/** An answer. Its body is parsed when it is read. */
export interface Arrived {
  readonly url: string;
  readonly head: ResponseHead;
  readonly body: AnswerBody;
  /** The context of the answer, which knows the address of the service. */
  readonly wire: { readonly server: { readonly ipAddress: string; readonly port: number } | null };
  /** Instants of `performance.now()`. */
  readonly calledAt: number;
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly endedAt: number;
  /** When the call started; on an idle connection, when it was sent. In ms of `systemClock`. */
  readonly startedAt: number;
  /**
   * The latest arrival of the end of the answer, and the earliest arrival if the call had been sent as soon as possible. In
   * ms of `systemClock`.
   */
  readonly latestAt: number;
  readonly earliestAt: number;
  /** The time during which the call could have been sent, but was not. */
  readonly heldMs: number;
}

const NOTHING = Buffer.alloc(0);
const unpacking = { maxOutputLength: LARGEST_ANSWER };

/** An answer on the wire context, as a complete `APIResponse` of Playwright. */
export class WireResponse<T> implements APIResponse<T> {
  readonly #arrived: Arrived;
  #body: Buffer | undefined;
  #disposed = false;

  constructor(arrived: Arrived) {
    this.#arrived = arrived;
  }

  get startedAt(): number {
    return this.#arrived.startedAt;
  }

  get latestAt(): number {
    return this.#arrived.latestAt;
  }

  get earliestAt(): number {
    return this.#arrived.earliestAt;
  }

  get heldMs(): number {
    return this.#arrived.heldMs;
  }

  ok(): boolean {
    return this.#arrived.head.status >= 200 && this.#arrived.head.status <= 299;
  }

  status(): number {
    return this.#arrived.head.status;
  }

  statusText(): string {
    return this.#arrived.head.statusText;
  }

  url(): string {
    return this.#arrived.url;
  }

  /** Names are in lower case. Several headers of one name are joined as in Playwright. */
  headers(): { [key: string]: string } {
    const headers: { [key: string]: string } = {};
    for (const { name, value } of this.headersArray()) {
      const key = name.toLowerCase();
      const separator = key === 'set-cookie' ? '\n' : ', ';
      headers[key] = key in headers ? `${headers[key]}${separator}${value}` : value;
    }
    return headers;
  }

  headersArray(): { name: string; value: string }[] {
    const flat = this.#arrived.head.headers;
    const headers: { name: string; value: string }[] = [];
    for (let index = 0; index < flat.length; index += 2)
      headers.push({ name: flat[index]!, value: flat[index + 1]! });
    return headers;
  }

  /** Whether its decompressed body is above the limit. */
  get isTooLarge(): boolean {
    try {
      this.#bytes();
      return false;
    } catch (error) {
      // If the body cannot be decompressed, its reader gets the error.
      return (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE';
    }
  }

  async body(): Promise<Buffer> {
    return this.#bytes();
  }

  async text(): Promise<string> {
    return this.#bytes().toString('utf8');
  }

  async json(): Promise<T> {
    return JSON.parse(this.#bytes().toString('utf8')) as T;
  }

  /** The body as JSON; undefined if it is not JSON. */
  parsed(): unknown {
    try {
      return JSON.parse(this.#bytes().toString('utf8'));
    } catch {
      return undefined;
    }
  }

  /** Phases that are not measured are -1, as unknown phases in Playwright. */
  timing(): ReturnType<APIResponse['timing']> {
    const { calledAt, sentAt, answeredAt, endedAt } = this.#arrived;
    return {
      startTime: performance.timeOrigin + calledAt,
      domainLookupStart: -1,
      domainLookupEnd: -1,
      connectStart: -1,
      secureConnectionStart: -1,
      connectEnd: -1,
      requestStart: sentAt - calledAt,
      responseStart: answeredAt - calledAt,
      responseEnd: endedAt - calledAt,
    };
  }

  async serverAddr(): Promise<{ ipAddress: string; port: number } | null> {
    return this.#arrived.wire.server;
  }

  /** Always null: only REQUEST_CONTEXT=playwright has these details. */
  async securityDetails(): Promise<null> {
    return null;
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#body = NOTHING;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  #bytes(): Buffer {
    if (this.#disposed) throw new Error('Response has been disposed');
    if (this.#body === undefined) {
      const { body, head } = this.#arrived;
      const bytes = body.bytes();
      this.#body = head.isPacked ? unpacked(bytes, head.headers) : bytes;
    }
    return this.#body;
  }
}

/**
 * The wire context sends no `accept-encoding`, so a body is compressed only if a caller sets that header, or if the service
 * ignores its absence.
 */
function unpacked(bytes: Buffer, headers: readonly string[]): Buffer {
  if (bytes.length === 0) return bytes;
  for (let index = 0; index < headers.length; index += 2) {
    if (headers[index]!.toLowerCase() !== 'content-encoding') continue;
    const encoding = headers[index + 1]!.toLowerCase();
    if (encoding === 'gzip' || encoding === 'x-gzip') return gunzipSync(bytes, unpacking);
    if (encoding === 'br') return brotliDecompressSync(bytes, unpacking);
    if (encoding === 'deflate') return inflateSync(bytes, unpacking);
  }
  return bytes;
}
