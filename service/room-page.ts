import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { ROOM, roomBundle } from './room-bundle.ts';

type Page = { html: string; assets: ReadonlyMap<string, { type: string; content: string }> };

/**
 * Serves the meeting room at `/`. The first request loads its code, so that it does not delay the start. The names of
 * scripts and styles change with their content, so browsers may keep them forever.
 */
export function serveRoomPage(app: FastifyInstance) {
  let page: Promise<Page> | undefined;
  const bundled = () => {
    page ??= bundle().catch((error) => {
      // The next request tries again.
      page = undefined;
      throw error;
    });
    return page;
  };

  app.get('/', { schema: { hide: true } }, async (_request, reply) => {
    const { html } = await bundled();
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html);
  });
  app.get<{ Params: { name: string } }>('/room/:name', { schema: { hide: true } }, async (request, reply) => {
    const asset = (await bundled()).assets.get(request.params.name);
    if (!asset) return reply.callNotFound();
    return reply
      .type(asset.type)
      .header('cache-control', 'public, max-age=31536000, immutable')
      .send(asset.content);
  });
}

async function bundle(): Promise<Page> {
  const { js, css } = await roomBundle();
  const assets = new Map<string, { type: string; content: string }>();
  const add = (kind: 'js' | 'css', type: string, content: string) => {
    const name = `room-${createHash('sha256').update(content).digest('hex').slice(0, 12)}.${kind}`;
    assets.set(name, { type, content });
    return `/room/${name}`;
  };
  const html = (await readFile(join(ROOM, 'index.html'), 'utf8'))
    .replace('/room.js', add('js', 'text/javascript; charset=utf-8', js))
    .replace('/room.css', add('css', 'text/css; charset=utf-8', css));
  return { html, assets };
}
