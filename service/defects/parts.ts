import type { FastifyInstance, FastifyRequest } from 'fastify';
import type pg from 'pg';
import type { Server } from 'socket.io';
import type { Identify } from '../auth.ts';
import type { Deliver } from '../meetings/events.ts';
import type { takeSeat } from '../meetings/seats.ts';
import type { sweepGhosts } from '../realtime/ghosts.ts';
import type { admit } from '../realtime/rooms.ts';
import type { UserSocket } from '../realtime/server.ts';

/** What a defect may put something else in the place of, or hang a hook on. */
export type Parts = {
  app: FastifyInstance;
  pool: pg.Pool;
  deliver: Deliver;
  takeSeat: typeof takeSeat;
  sweepGhosts: typeof sweepGhosts;
  /** Whose calls share one allowance for joins and reconnects. */
  joinLimitKey: (request: FastifyRequest) => string;
  /** Is called once with the socket server, before the first client connects. */
  onSockets: (io: Server) => void;
  identifyOverHttp: Identify;
  identifyOnSocket: Identify;
  admit: typeof admit;
  /** Is called with each connection, beside the handlers of its messages. */
  welcome: (socket: UserSocket) => void;
};

/** True once in so many calls, by count and not by chance: the same run has the same damage. */
export function everyNth(n: number): () => boolean {
  let count = 0;
  return () => ++count % n === 0;
}

/** True in this percentage of the calls: pseudo-random (mulberry32) with a fixed seed, so each run has the same damage. */
export function chance(percent: number): () => boolean {
  let state = 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32 < percent / 100;
  };
}

/** Whether the request is this call of the API, such as 'POST /:id/join'. */
export function isCall({ method, routeOptions }: FastifyRequest, call: string): boolean {
  return `${method} ${routeOptions.url}` === call.replace(' ', ' /api/v1/meetings');
}
