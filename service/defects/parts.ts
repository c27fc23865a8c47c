import type { FastifyInstance, FastifyRequest } from 'fastify';
import type pg from 'pg';
import type { Deliver } from '../meetings/events.ts';
import type { takeSeat } from '../meetings/seats.ts';
import type { sweepGhosts } from '../realtime/ghosts.ts';

/** What a defect may put something else in the place of, or hang a hook on. */
export type Parts = {
  app: FastifyInstance;
  pool: pg.Pool;
  deliver: Deliver;
  takeSeat: typeof takeSeat;
  sweepGhosts: typeof sweepGhosts;
  /** Whose calls share one allowance for joins and reconnects. */
  joinLimitKey: (request: FastifyRequest) => string;
};

/** True once in so many calls, by count and not by chance: the same run has the same damage. */
export function everyNth(n: number): () => boolean {
  let count = 0;
  return () => ++count % n === 0;
}

/** Whether the request is this call of the API, such as 'POST /:id/join'. */
export function isCall({ method, routeOptions }: FastifyRequest, call: string): boolean {
  return `${method} ${routeOptions.url}` === call.replace(' ', ' /api/v1/meetings');
}
