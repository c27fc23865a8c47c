import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import {
  cutter,
  DEFAULT_GRACE_MS,
  DEFAULT_PING_MS,
  type ForeignKind,
  type ForeignOptions,
  KEEP_ALIVE_MS,
  LIMIT_BYTES,
  portOf,
} from '../foreign-service.ts';
import { openKeys } from './keys.ts';
import { connectionsOf, openLive, serveRooms } from './live.ts';
import { Refused } from './refused.ts';
import { Rooms } from './rooms.ts';
import { roomRoutes } from './routes.ts';
import { careless, tokenReader } from './tokens.ts';

/** A REST service below `/v2` with TLS, a private CA and RS256 tokens. */
export const restV2: ForeignKind = {
  contract: 'docs/examples/contracts/rest-v2.yaml',
  defects: {
    'forged-accepted': 'HTTP accepts a token with any signature',
    'ghost-guests': 'guests whose connection is lost stay in the room',
  },
  start,
};

async function start(options: ForeignOptions) {
  const { defects = [], port = 0, pingMs = DEFAULT_PING_MS, graceMs = DEFAULT_GRACE_MS, folder } = options;
  const keys = await openKeys(folder);
  const readToken = tokenReader(keys);
  const app = emptyApp(keys.tls);
  const io = openLive(app.server, { pingMs, readToken });
  const cut = cutter(app.server, io);
  const rooms = new Rooms({
    graceMs,
    keepsGhosts: defects.includes('ghost-guests'),
    tell: ({ id }, event, content) => io.to(id).emit(event, content),
    silence: ({ id }, guest) => io.in(connectionsOf(guest)).socketsLeave(id),
  });
  serveRooms(io, rooms);

  app.get('/healthz', (_, reply) => void reply.send({ up: true }));
  app.get('/.well-known/jwks.json', (_, reply) => void reply.send(keys.jwks));
  const overHttp = defects.includes('forged-accepted') ? careless : readToken;
  await app.register(roomRoutes, { prefix: '/v2/rooms', rooms, readToken: overHttp });
  await app.listen({ host: '127.0.0.1', port });

  const url = `https://localhost:${portOf(app.server)}`;
  return {
    url,
    environment: { SERVICE_URL: url, SERVICE_CA: keys.caFile, JWT_KEY_FILE: keys.signingKeyFile },
    close: async () => {
      const closed = app.close();
      cut();
      await closed;
      rooms.close();
      await keys.remove();
    },
  };
}

function emptyApp(tls: { key: string; cert: string }) {
  const app = fastify({
    https: tls,
    bodyLimit: LIMIT_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    frameworkErrors: (error: FastifyError, _: unknown, reply: unknown) => {
      const answer = { code: 'BAD_ADDRESS', detail: 'The address is wrong.' };
      void (reply as FastifyReply).status(error.statusCode ?? 400).send(answer);
    },
    // The cast hides the TLS server type from the routes.
  }) as unknown as FastifyInstance;
  app.addHook('onRequest', async (_, reply) => {
    void reply.headers({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'",
    });
  });
  readJsonAlone(app);
  answerWithCodes(app);
  return app;
}

/** Accepts only JSON bodies and empty bodies. */
function readJsonAlone(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_, body, done) => {
    if (body === '') return done(null, undefined);
    try {
      done(null, JSON.parse(body as string));
    } catch {
      done(new Refused(400, 'BAD_JSON', 'The body is not JSON.'), undefined);
    }
  });
}

function answerWithCodes(app: FastifyInstance): void {
  app.setNotFoundHandler((_, reply) => {
    void reply.status(404).send({ code: 'NO_SUCH_ADDRESS', detail: 'Nothing is at this address.' });
  });
  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, _, reply) => {
    if (error instanceof Refused)
      return reply
        .status(error.status)
        .headers(error.headers)
        .send({ code: error.code, detail: error.message });
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.status(status).send({ code: 'BAD_REQUEST', detail: error.message });
    console.error(error);
    return reply.status(500).send({ code: 'INTERNAL', detail: 'The service failed.' });
  });
}
