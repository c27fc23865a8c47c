import type { RequestContext, RequestContextOptions } from './request-context.ts';

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
 * A participant's own context with its own connections. Loads only the client of this kind, and once: in a Playwright
 * worker, each `import()` asks another thread, also for a module that is loaded.
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
