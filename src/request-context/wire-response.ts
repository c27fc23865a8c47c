import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { APIResponse } from '@playwright/test';
import { LARGEST_ANSWER } from './answer-size.ts';

/** What arrived, as undici left it. Nothing is parsed before somebody asks. */
export interface Arrived {
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  /** Name, value, name, value: views into the bytes that came from the socket. */
  readonly rawHeaders: readonly Buffer[];
  readonly chunks: readonly Buffer[];
  readonly address: { readonly ipAddress: string; readonly port: number } | null;
  /** Instants of `performance.now()`. */
  readonly calledAt: number;
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly endedAt: number;
}

const NOTHING = Buffer.alloc(0);
const unpacking = { maxOutputLength: LARGEST_ANSWER };

/** An answer on the wire context, with all that Playwright's `APIResponse` promises. */
export class WireResponse<T> implements APIResponse<T> {
  readonly #arrived: Arrived;
  #body: Buffer | undefined;
  #disposed = false;

  constructor(arrived: Arrived) {
    this.#arrived = arrived;
  }

  ok(): boolean {
    return this.#arrived.status >= 200 && this.#arrived.status <= 299;
  }

  status(): number {
    return this.#arrived.status;
  }

  statusText(): string {
    return this.#arrived.statusText;
  }

  url(): string {
    return this.#arrived.url;
  }

  /** Names in lower case; several of one name are joined as Playwright joins them. */
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
    const { rawHeaders } = this.#arrived;
    const headers: { name: string; value: string }[] = [];
    for (let index = 0; index < rawHeaders.length; index += 2) {
      headers.push({ name: text(rawHeaders[index]!), value: text(rawHeaders[index + 1]!) });
    }
    return headers;
  }

  /** Whether it unpacks to more than an answer may have. */
  get isTooLarge(): boolean {
    try {
      this.#bytes();
      return false;
    } catch (error) {
      // The reader reports one that cannot be unpacked at all.
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

  /** Phases that undici does not tell are -1, as Playwright's are where they are not known. */
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
    return this.#arrived.address;
  }

  /** Always null: undici does not tell. REQUEST_CONTEXT=playwright knows. */
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
      const { chunks, rawHeaders } = this.#arrived;
      const bytes = chunks.length === 1 ? chunks[0]! : chunks.length === 0 ? NOTHING : Buffer.concat(chunks);
      this.#body = decoded(bytes, rawHeaders);
    }
    return this.#body;
  }
}

/**
 * undici hands out what arrived. The wire context sends no `accept-encoding`, so a body is compressed only where
 * a caller asked for it by that header, or where the service does so unasked.
 */
function decoded(bytes: Buffer, rawHeaders: readonly Buffer[]): Buffer {
  if (bytes.length === 0) return bytes;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!;
    if (name.length !== 'content-encoding'.length || text(name).toLowerCase() !== 'content-encoding')
      continue;
    const encoding = text(rawHeaders[index + 1]!).toLowerCase();
    if (encoding === 'gzip' || encoding === 'x-gzip') return gunzipSync(bytes, unpacking);
    if (encoding === 'br') return brotliDecompressSync(bytes, unpacking);
    if (encoding === 'deflate') return inflateSync(bytes, unpacking);
  }
  return bytes;
}

function text(bytes: Buffer): string {
  return bytes.toString('latin1');
}
