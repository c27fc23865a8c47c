import type { APIRequestContext } from '@playwright/test';
import type { Via } from '../kernel/reach.ts';

/**
 * What a client of the service calls: the methods of Playwright's own `APIRequestContext` that journeys use.
 * They are picked from Playwright's type: the compiler proves that code for Playwright API tests runs on both contexts.
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
  /** Where connections really go; by default, where `baseURL` says. */
  via?: Via | undefined;
  /** The address of this machine that connections come from, see `Reach`; wire context only. */
  localAddress?: string | undefined;
  /** Sent with every call; a call's own headers win. */
  extraHTTPHeaders?: Readonly<Record<string, string>>;
  /** For a whole call, with connecting, redirects and body. 0 waits for ever. */
  timeoutMs: number;
  /** The maximum of TCP connections at a time; wire context only. Default 1. */
  connections?: number;
}
