import type { APIRequestContext } from '@playwright/test';
import type { Via } from '../kernel/reach.ts';

/**
 * What a client of the service calls: the methods of Playwright's own `APIRequestContext` that journeys use.
 * Being picked from Playwright's type, code written for Playwright API tests runs on either context unchanged,
 * and the compiler says so.
 */
export type RequestContext = Pick<
  APIRequestContext,
  'get' | 'post' | 'put' | 'patch' | 'delete' | 'head' | 'fetch' | 'dispose'
>;

/** The options of one call, as Playwright defines them. */
export type CallOptions = NonNullable<Parameters<APIRequestContext['fetch']>[1]>;

export interface RequestContextOptions {
  /**
   * Calls resolve against it as in Playwright, those that begin with a slash below its path; calls to another origin
   * are refused.
   */
  baseURL: string;
  /** Where connections really go; without it, where `baseURL` says. */
  via?: Via | undefined;
  /** The address of this machine that connections come from, see `Reach`; the wire context only. */
  localAddress?: string | undefined;
  /** Sent with every call; a call's own headers win. */
  extraHTTPHeaders?: Readonly<Record<string, string>>;
  /** For a whole call: connecting, redirects and body included. 0 waits for ever. */
  timeoutMs: number;
  /** The most TCP connections at a time; the wire context only. Default 1. */
  connections?: number;
}

/**
 * - `wire`: HTTP/1.1 over its own connection, about 12 µs of CPU a call; what crowds use.
 * - `playwright`: Playwright's own client, without recorded steps; it can do more, for about 1.1 ms of CPU a call.
 *
 * Measured by `npm run bench:generator`.
 */
export type RequestContextKind = 'wire' | 'playwright';

let wire: typeof import('./wire.ts') | undefined;
let playwright: typeof import('./playwright.ts') | undefined;

/**
 * One participant's own context with its own connections. Loads only the client that was asked for, and once: in a
 * Playwright worker, each `import()` asks another thread, also for what is loaded.
 */
export async function openRequestContext(
  kind: RequestContextKind,
  options: RequestContextOptions,
): Promise<RequestContext> {
  if (kind === 'wire') {
    wire ??= await import('./wire.ts');
    return new wire.WireContext(options);
  }
  playwright ??= await import('./playwright.ts');
  return playwright.PlaywrightContext.open(options);
}
