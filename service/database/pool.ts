import type { FastifyBaseLogger } from 'fastify';
import pg from 'pg';

/** The timeout of a statement and of the wait for a connection, so that requests get a 503 instead of hanging. */
const PATIENCE_MS = 10_000;

export function openPool(url: string, size: number, log: FastifyBaseLogger): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: PATIENCE_MS,
    statement_timeout: PATIENCE_MS,
    application_name: 'meetings-service',
  });
  // The next query replaces a broken idle connection. Without a listener, its error would end the process.
  pool.on('error', (error) => log.warn({ err: error }, 'a database connection broke'));
  return pool;
}
