import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test as base } from '@playwright/test';

export interface SmallAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface SmallRequest {
  readonly method: string;
  /** The path below the base of the API, or `/health`. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The user of the token; undefined without a token. */
  readonly userId: string | undefined;
}

/** A service's own answer; undefined: the answer of the contract. `hang up` closes the connection. */
export type OwnWay = (request: SmallRequest) => SmallAnswer | 'hang up' | undefined;

const json = { 'content-type': 'application/json' };
const refused = (status: number, error: string): SmallAnswer => ({ status, body: { success: false, error } });

/** A minimal meetings service: it identifies callers, creates meetings, and admits every user. */
function asAgreed({ method, path, userId }: SmallRequest): SmallAnswer {
  if (path === '/health') return { body: { status: 'ok' } };
  if (userId === undefined) return refused(401, 'AUTHENTICATION_REQUIRED');
  const id = randomUUID();
  if (method === 'POST' && path === '')
    return { status: 201, body: { success: true, data: { id, hostId: userId } } };
  if (/\/join$/.test(path)) return { body: { success: true, data: { participant: { id, userId } } } };
  if (method === 'GET' && /^(\?|$)/.test(path)) return { body: { success: true, data: [], count: 0 } };
  return { body: { success: true, data: {} } };
}

export const test = base.extend<{
  /** Starts a small service, with its own answer to some requests; @returns its address */
  serve: (own?: OwnWay) => Promise<string>;
}>({
  serve: async ({}, use) => {
    const servers: ReturnType<typeof createServer>[] = [];
    await use(async (own = () => undefined) => {
      const server = createServer(async (incoming, outgoing) => {
        const chunks: Buffer[] = [];
        for await (const chunk of incoming) chunks.push(chunk as Buffer);
        const request: SmallRequest = {
          method: incoming.method!,
          path: incoming.url!.replace(/^\/api\/v1\/meetings/, ''),
          headers: incoming.headers,
          body: Buffer.concat(chunks).toString(),
          userId: userOf(incoming.headers.authorization),
        };
        const answer = own(request) ?? asAgreed(request);
        if (answer === 'hang up') {
          outgoing.destroy();
          return;
        }
        const { status = 200, headers = {}, body = '' } = answer;
        const isText = typeof body === 'string';
        outgoing
          .writeHead(status, { ...(isText ? { 'content-type': 'text/plain' } : json), ...headers })
          .end(isText ? body : JSON.stringify(body));
      });
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  },
});

/** The user that the token names. Accepts every token. */
function userOf(header: string | undefined): string | undefined {
  const [, claims] = /^Bearer [^.]*\.([^.]*)\./.exec(header ?? '') ?? [];
  if (!claims) return undefined;
  return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { userId: string }).userId;
}

export { expect } from '@playwright/test';
