import type { APIRequestContext } from '@playwright/test';
import type { Via } from '../kernel/reach.ts';

/**
 * The methods of Playwright's `APIRequestContext` that journeys use. They are picked from Playwright's type, so the compiler
 * proves that code for Playwright API tests runs on both contexts.
 */
export type RequestContext = Pick<
  APIRequestContext,
  'get' | 'post' | 'put' | 'patch' | 'delete' | 'head' | 'fetch' | 'dispose'
>;

/** The options of one call, as Playwright defines them. */
export type CallOptions = NonNullable<Parameters<APIRequestContext['fetch']>[1]>;

export interface RequestContextOptions {
  /**
   * URLs of calls resolve against it as in Playwright, but a path that begins with a slash is below its path. Calls to
   * another origin are refused.
   */
  baseURL: string;
  /** The destination of connections; by default that of `baseURL`. */
  via?: Via | undefined;
  /** The local address of connections, see `Reach`; wire context only. */
  localAddress?: string | undefined;
  /** Sent with each call; headers of a call replace them. */
  extraHTTPHeaders?: Readonly<Record<string, string>>;
  /** For a whole call, with connect, redirects and body. 0 disables the timeout. */
  timeoutMs: number;
  /** The maximum of TCP connections at a time; wire context only. Default 1. */
  connections?: number;
}
