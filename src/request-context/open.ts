import type { RequestContext, RequestContextOptions } from './request-context.ts';

/**
 * - `wire`: HTTP/1.1 over its own connection, for about 12 µs of CPU per call. Crowds use it.
 * - `playwright`: Playwright's own client without recorded steps. It has more features, for about 1.1 ms of CPU per call.
 *
 * Measured by `npm run bench:generator`.
 */
export type RequestContextKind = 'wire' | 'playwright';

let wire: typeof import('./wire.ts') | undefined;
let playwright: typeof import('./playwright.ts') | undefined;

/**
 * Opens a context with its own connections for a participant. Imports only the client of this kind, and only once: in a
 * Playwright worker, each `import()` calls another thread, also for a loaded module.
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
