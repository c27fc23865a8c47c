import type { FastifyBaseLogger } from 'fastify';
import pg from 'pg';

/** A statement or a wait for a connection that takes longer is an error (503), not a request that hangs. */
const PATIENCE_MS = 10_000;

export function openPool(url: string, size: number, log: FastifyBaseLogger): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: PATIENCE_MS,
    statement_timeout: PATIENCE_MS,
    application_name: 'meetings-service',
  });
  // An idle connection that breaks is replaced by the next query; without a listener it would end the process.
  pool.on('error', (error) => log.warn({ err: error }, 'a database connection broke'));
  return pool;
}
