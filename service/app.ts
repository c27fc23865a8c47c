import { fileURLToPath } from 'node:url';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import statics from '@fastify/static';
import fastify, { type FastifyInstance, LogController } from 'fastify';
import type pg from 'pg';
import { authentication } from './auth.ts';
import type { Config } from './config.ts';
import { replyWithContractErrors, sendError } from './error-replies.ts';
import { exposeHealth } from './health.ts';
import { announcer } from './meetings/events.ts';
import { apiRoutes } from './meetings/routes/index.ts';
import { exposeMetrics } from './metrics.ts';
import { exposeOpenApi } from './openapi.ts';
import { LOOPBACK_ORIGIN } from './origins.ts';
import { rateLimits } from './rate-limits.ts';
import { sweepGhosts } from './realtime/ghosts.ts';
import { openRooms } from './realtime/rooms.ts';
import { openSocketServer } from './realtime/server.ts';

const BODY_LIMIT_BYTES = 16_384;

/** The empty application; its log is there before the database is. */
export function createApp(config: Config): FastifyInstance {
  return fastify({
    // To stderr: stdout carries the one line that says where the service is. No line per request: metrics count
    // them, and a log line costs more than most of the requests.
    logger: { level: config.logLevel, stream: process.stderr, redact: ['req.headers.authorization'] },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    routerOptions: { ignoreTrailingSlash: true },
    // Requests that arrive on open connections during a shutdown are served like those before.
    return503OnClosing: false,
    frameworkErrors: sendError,
  });
}

export async function composeApp(
  app: FastifyInstance,
  config: Config,
  database: { pool: pg.Pool; url: string },
) {
  const { pool } = database;
  replyWithContractErrors(app);
  acceptEmptyBodies(app);

  // Plain HTTP on loopback: nothing to upgrade to.
  await app.register(helmet, {
    strictTransportSecurity: false,
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
  });
  await app.register(cors, {
    origin: LOOPBACK_ORIGIN,
    exposedHeaders: ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'retry-after'],
  });
  await app.register(statics, { root: fileURLToPath(new URL('./public', import.meta.url)), wildcard: false });
  await exposeOpenApi(app);
  const identify = await authentication(app, config.jwtSecret);
  const limits = await rateLimits(app, config.allowances);

  const { pingIntervalMs, pingTimeoutMs } = config;
  const io = openSocketServer(app.server, { identify, pingIntervalMs, pingTimeoutMs });
  const announce = announcer(io);
  const closeRooms = openRooms({ io, pool, log: app.log });
  const stopSweep = sweepGhosts({ pool, announce, log: app.log, graceMs: config.ghostGraceMs });

  exposeMetrics(app, { pool, io });
  exposeHealth(app, { databaseUrl: database.url, owner: config.owner });
  const dependencies = { pool, announce, limits, identify, mediaSecret: config.jwtSecret };
  await app.register(apiRoutes, { prefix: '/api/v1/meetings', ...dependencies });

  app.addHook('preClose', async () => {
    await stopSweep();
    closeRooms();
    // Cuts the transports and says no goodbye: clients that hear "server disconnect" would never come back.
    io.engine.close();
  });
}

/** Many clients name JSON as the type of a body that they do not send. */
function acceptEmptyBodies(app: FastifyInstance) {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else void parse(request, body as string, done);
  });
}
