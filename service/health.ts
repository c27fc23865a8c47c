import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import type { StyleName } from './style/styles.ts';

const PATIENCE_MS = 1_000;

/**
 * Answers /health: 503 while the database does not answer. Uses a separate connection, because a long queue for the
 * pool is load, not a failure.
 */
export function exposeHealth(
  app: FastifyInstance,
  options: { databaseUrl: string; owner?: string; defects: string; style: StyleName },
) {
  const { databaseUrl, owner, defects, style } = options;
  const connection = new pg.Pool({
    connectionString: databaseUrl,
    max: 1,
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
    application_name: 'meetings-service health',
  });
  // The next check opens a new connection.
  connection.on('error', (error) => app.log.warn({ err: error }, 'the connection of the health check broke'));
  app.addHook('onClose', () => connection.end());

  let running: Promise<boolean> | undefined;
  const isAnswering = () => {
    // Simultaneous callers share one query.
    running ??= connection
      .query('select 1')
      .then(() => true)
      .catch(() => false)
      .finally(() => {
        running = undefined;
      });
    return running;
  };

  app.get('/health', { schema: { hide: true } }, async (_request, reply) => {
    if (owner) reply.header('x-service-owner', owner);
    if (defects) reply.header('x-service-defects', defects);
    if (style !== 'reference') reply.header('x-service-style', style);
    const isHealthy = await isAnswering();
    return reply.code(isHealthy ? 200 : 503).send({
      status: isHealthy ? 'ok' : 'unavailable',
      service: 'meetings',
      timestamp: new Date().toISOString(),
    });
  });
}
