import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import fastify, { type FastifyInstance, LogController } from 'fastify';
import type pg from 'pg';
import { authentication } from './auth.ts';
import type { Config } from './config.ts';
import { damaged, describeDefects } from './defects/catalogue.ts';
import type { Parts } from './defects/parts.ts';
import { errorSender, isDatabaseAway, replyWithContractErrors } from './error-replies.ts';
import { exposeHealth } from './health.ts';
import { collectWhenIdle } from './idle-collection.ts';
import { announcer, deliver } from './meetings/events.ts';
import { apiRoutes } from './meetings/routes/index.ts';
import { takeSeat } from './meetings/seats.ts';
import { exposeMetrics } from './metrics.ts';
import { exposeOpenApi } from './openapi.ts';
import { byUser, rateLimits } from './rate-limits.ts';
import { openAudio } from './realtime/audio.ts';
import { openChat } from './realtime/chat.ts';
import { sweepGhosts } from './realtime/ghosts.ts';
import { admit, openRooms } from './realtime/rooms.ts';
import { LOOPBACK_ORIGIN, openSocketServer } from './realtime/server.ts';
import { serveRoomPage } from './room-page.ts';
import { styles } from './style/styles.ts';

/** The time limit for a request to arrive, so that slow clients do not hold connections and memory. */
const REQUEST_WITHIN_MS = 60_000;
const BODY_LIMIT_BYTES = 16_384;

/** How often a shutdown closes idle connections. */
const IDLE_CHECK_MS = 50;

/** Creates the empty application. Its log exists before the database. */
export function createApp(config: Config, isEnding: () => boolean): FastifyInstance {
  return fastify({
    // Logs to stderr, because stdout has only the line with the address. Requests are not logged: metrics count them,
    // and a log line costs more than most requests.
    logger: {
      level: config.logLevel,
      stream: process.stderr,
      // The pool attaches the broken connection to its error.
      redact: ['req.headers.authorization', 'err.client'],
      hooks: {
        logMethod(args, method, level) {
          // A signal to the process group also stops the database, so broken connections are expected.
          const about = args[0] as { err?: unknown } | undefined;
          const isNoNews = isEnding() && about?.err instanceof Error && isDatabaseAway(about.err);
          if (isNoNews && level > this.levels.values.debug!) this.debug(...args);
          else method.apply(this, args);
        },
      },
    },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_WITHIN_MS,
    keepAliveTimeout: styles[config.style].keepAliveMs,
    routerOptions: { ignoreTrailingSlash: true },
    // Requests on open connections are served during a shutdown.
    return503OnClosing: false,
    frameworkErrors: errorSender(styles[config.style]),
  });
}

export async function composeApp(
  app: FastifyInstance,
  config: Config,
  database: { pool: pg.Pool; url: string },
) {
  const { pool } = database;
  const style = styles[config.style];
  replyWithContractErrors(app, style);
  acceptEmptyBodies(app);
  await protectBrowsers(app);
  if (style.hasPages) {
    serveRoomPage(app);
    await exposeOpenApi(app);
  }
  const parts = await damaged(await soundParts(app, config, pool), config.defects);
  // Defects change an answer before the style writes it.
  style.styleAnswers(app);
  const limits = await rateLimits(app, config.allowances, parts.joinLimitKey);
  const { io, announce, close } = openRealtime(app, config, { pool, parts });

  exposeMetrics(app, { pool, io, bucketsS: style.latencyBucketsS });
  collectWhenIdle(app, io);
  const defects = describeDefects(config.defects);
  exposeHealth(app, { databaseUrl: database.url, owner: config.owner, defects, style: config.style });
  const dependencies = {
    pool,
    announce,
    takeSeat: parts.takeSeat,
    limits,
    identify: parts.identifyOverHttp,
    mediaSecret: config.jwtSecret,
  };
  await app.register(apiRoutes, { prefix: '/api/v1/meetings', ...dependencies });
  app.addHook('preClose', async () => {
    closeWhatFallsIdle(app);
    await close();
  });
}

/** Sets the security headers for browsers. */
async function protectBrowsers(app: FastifyInstance) {
  // The service uses plain HTTP on loopback.
  await app.register(helmet, {
    strictTransportSecurity: false,
    // This header makes Chromium start a new process for the page, which takes a third of the time to open the room.
    // The page opens no windows and reads no window messages, so it needs no header.
    crossOriginOpenerPolicy: false,
    contentSecurityPolicy: {
      directives: { upgradeInsecureRequests: null, styleSrc: ["'self'"], fontSrc: null },
    },
  });
  await app.register(cors, {
    origin: LOOPBACK_ORIGIN,
    exposedHeaders: ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'retry-after'],
  });
}

/** The parts of the service that defects may change, without defects. */
async function soundParts(app: FastifyInstance, config: Config, pool: pg.Pool): Promise<Parts> {
  const style = styles[config.style];
  const identify = await authentication(app, config.jwtSecret);
  return {
    app,
    pool,
    deliver: style.styleEvents(deliver),
    takeSeat,
    sweepGhosts,
    joinLimitKey: byUser,
    identifyOverHttp: style.identifyOverHttp(app, identify),
    identifyOnSocket: identify,
    admit,
    onSockets: () => undefined,
  };
}

/** Opens the socket server, the rooms, the audio and the chat. */
function openRealtime(
  { server, log }: FastifyInstance,
  { pingIntervalMs, pingTimeoutMs, ghostGraceMs, allowances }: Config,
  { pool, parts }: { pool: pg.Pool; parts: Parts },
) {
  const io = openSocketServer(server, { identify: parts.identifyOnSocket, pingIntervalMs, pingTimeoutMs });
  parts.onSockets(io);
  const announce = announcer(io, parts.deliver);
  const closeRooms = openRooms({ io, pool, admit: parts.admit, log });
  openAudio({ io, log });
  openChat({ io, announce, log, limit: allowances?.chat });
  const stopSweep = parts.sweepGhosts({ pool, announce, log, graceMs: ghostGraceMs });
  const close = async () => {
    await stopSweep();
    closeRooms();
    // Closes the transports without a disconnect message, because clients do not reconnect after "server disconnect".
    io.engine.close();
  };
  return { io, announce, close };
}

/**
 * Closes connections that become idle during a shutdown. A closing server closes only those that are idle at that
 * moment; a connection with an open request would stay alive after its answer and delay the shutdown.
 */
function closeWhatFallsIdle({ server }: FastifyInstance) {
  const timer = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  server.once('close', () => clearInterval(timer));
}

/** Accepts empty bodies with the type JSON, which many clients send. */
function acceptEmptyBodies(app: FastifyInstance) {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else void parse(request, body as string, done);
  });
}
