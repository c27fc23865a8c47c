import type { Parts } from '../parts.ts';

const API = '/api/';

/** Closes connections without a request after this many milliseconds. */
export function closeIdle({ app }: Parts, afterMs: number): undefined {
  app.server.keepAliveTimeout = afterMs;
}

/** Shared caches may keep the answers. */
export function letCachesKeep({ app }: Parts): undefined {
  app.addHook('onSend', async ({ url, method }, reply) => {
    if (url.startsWith(API) && method === 'GET') reply.header('cache-control', 'public, max-age=60');
  });
}

/** Pages of every origin may call with the credentials of their visitors, and read the answers. */
export function allowAnyOrigin({ app }: Parts): undefined {
  app.addHook('onSend', async ({ headers }, reply) => {
    if (!headers.origin) return;
    reply.header('access-control-allow-origin', headers.origin);
    reply.header('access-control-allow-credentials', 'true');
  });
}

/** A 429 has no Retry-After header. */
export function keepLimitsSecret({ app }: Parts): undefined {
  app.addHook('onSend', async (_request, reply) => {
    if (reply.statusCode === 429) reply.removeHeader('retry-after');
  });
}
