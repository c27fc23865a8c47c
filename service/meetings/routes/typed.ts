import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type pg from 'pg';
import type { Identify } from '../../auth.ts';
import type { RateLimits } from '../../rate-limits.ts';
import type { Announce } from '../events.ts';
import type { takeSeat } from '../seats.ts';

export type Dependencies = {
  pool: pg.Pool;
  announce: Announce;
  takeSeat: typeof takeSeat;
  limits: RateLimits;
  identify: Identify;
  /** The secret that signs the media tokens. */
  mediaSecret: string;
};

/** A Fastify instance whose handlers get the types of their zod schemas. */
export type Routes = ReturnType<typeof typed>;

export function typed(app: FastifyInstance) {
  return app.withTypeProvider<ZodTypeProvider>();
}
