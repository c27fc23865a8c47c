import type { FastifyBaseLogger } from 'fastify';
import type pg from 'pg';
import type { Announce } from '../meetings/events.ts';
import { removeGhosts } from '../meetings/seats.ts';

/** The longest time between two sweeps, and so the longest delay of a removal after the grace. */
const MAX_INTERVAL_MS = 1_000;
const MIN_INTERVAL_MS = 50;

/** Removes users without a connection after the grace, until the returned function is called. */
export function sweepGhosts(options: {
  pool: pg.Pool;
  announce: Announce;
  log: FastifyBaseLogger;
  graceMs: number;
}): () => Promise<void> {
  const { pool, announce, log, graceMs } = options;
  const intervalMs = Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, graceMs / 4));
  let isStopped = false;
  let running = Promise.resolve();
  let timer = setTimeout(run, intervalMs);

  function run() {
    running = sweep().then(() => {
      if (!isStopped) timer = setTimeout(run, intervalMs);
    });
  }

  async function sweep() {
    try {
      for (const seat of await removeGhosts(pool, graceMs)) announce('meeting:participant-left', seat);
    } catch (error) {
      // The next sweep finds the same ghosts.
      log.warn({ err: error }, 'the sweep for ghosts failed');
    }
  }

  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await running;
  };
}
