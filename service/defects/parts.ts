import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type pg from 'pg';
import type { Server } from 'socket.io';
import type { Identify } from '../auth.ts';
import type { Deliver } from '../meetings/events.ts';
import type { MeetingWithRoster } from '../meetings/schemas.ts';
import type { takeSeat } from '../meetings/seats.ts';
import { findMeetingWithRoster } from '../meetings/store.ts';
import type { sweepGhosts } from '../realtime/ghosts.ts';
import type { admit } from '../realtime/rooms.ts';

/** The parts of the service that a defect may replace, or add a hook to. */
export type Parts = {
  app: FastifyInstance;
  pool: pg.Pool;
  deliver: Deliver;
  takeSeat: typeof takeSeat;
  sweepGhosts: typeof sweepGhosts;
  /** The key of the calls that share one limit for joins and reconnects. */
  joinLimitKey: (request: FastifyRequest) => string;
  /** Called once with the socket server, before the first client connects. */
  onSockets: (io: Server) => void;
  identifyOverHttp: Identify;
  identifyOnSocket: Identify;
  admit: typeof admit;
};

/** True for every nth call. It counts, so that the same run has the same defects. */
export function everyNth(n: number): () => boolean {
  let count = 0;
  return () => ++count % n === 0;
}

/**
 * True in this percentage of the calls. It is pseudo-random (mulberry32) with a fixed seed, so each run has the same
 * defects.
 */
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

/** Runs `action` before the handler of this call. If it sends a reply, the handler does not run. */
export function beforeCall(
  app: FastifyInstance,
  call: string,
  action: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
): void {
  app.addHook('preHandler', async (request, reply) => {
    if (isCall(request, call)) return action(request, reply);
  });
}

/** The meeting with this id; undefined for an unknown id, which the call itself reports. */
export function meetingFor(pool: pg.Pool, id: string): Promise<MeetingWithRoster | undefined> {
  return findMeetingWithRoster(pool, id).catch(() => undefined);
}

export function meetingIdIn({ params }: FastifyRequest): string {
  return (params as { id: string }).id;
}

/** Runs `more` with the socket server, in addition to other defects. */
export function withSockets({ onSockets }: Parts, more: (io: Server) => void): Partial<Parts> {
  return {
    onSockets: (io) => {
      onSockets(io);
      more(io);
    },
  };
}
