import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import type { Participant } from '../meetings/schemas.ts';
import { RateLimitExceeded } from '../rate-limits.ts';
import { beforeCall, everyNth, isCall, meetingFor, meetingIdIn, type Parts } from './parts.ts';

export function slowDown({ app }: Parts, delayMs: number): undefined {
  beforeCall(app, 'GET /:id', () => wait(delayMs));
}

export function forgetLeaves({ app }: Parts, n: number): undefined {
  const isDue = everyNth(n);
  beforeCall(app, 'POST /:id/leave', async (_request, reply) => {
    if (isDue()) return reply.send({ success: true, message: 'Left the meeting' });
  });
}

const WINDOW_S = 900;

/** Answers like the rate limit for new meetings. */
export function refuseToCreate({ app }: Parts): undefined {
  beforeCall(app, 'POST ', async (_request, reply) => {
    reply.header('x-ratelimit-remaining', 0).header('retry-after', WINDOW_S);
    throw new RateLimitExceeded('Too many requests, please try again in 15 minutes.');
  });
}

type State = { meeting: object; participants: Participant[] };

const CHANGES = [
  'POST /:id/join',
  'POST /:id/leave',
  'POST /:id/hand/raise',
  'POST /:id/hand/lower',
  'POST /:id/control',
];

/**
 * Keeps the last two states of each meeting before a changing call. If the last call changed nothing, the older state
 * is the state before the last change.
 */
export function answerFromThePast({ app, pool }: Parts): undefined {
  const past = new Map<string, State[]>();

  app.addHook('preHandler', async (request) => {
    if (!CHANGES.some((call) => isCall(request, call))) return;
    const id = meetingIdIn(request);
    const found = await meetingFor(pool, id);
    if (!found) return;
    const { participants, ...meeting } = found;
    const states = past.get(id) ?? [];
    const state = { meeting, participants };
    if (!states[0] || differ(states[0], state)) past.set(id, [state, ...states.slice(0, 1)]);
  });

  app.addHook('preSerialization', async (request, _reply, payload) => {
    const answer = payload as { success: boolean; data: State };
    if (!isCall(request, 'POST /:id/reconnect') || !answer.success) return payload;
    // The old state must contain the user.
    const old = past
      .get(meetingIdIn(request))
      ?.find((state) => differ(state, answer.data) && seatOf(state, request));
    return old ? { ...answer, data: { ...answer.data, ...old, participant: seatOf(old, request) } } : payload;
  });
}

function seatOf({ participants }: State, { userId }: FastifyRequest) {
  return participants.find((participant) => participant.userId === userId);
}

/** Whether two states differ in fields that calls change. Connections do not count. */
function differ(one: State, other: State) {
  return comparable(one) !== comparable(other);
}

function comparable({ meeting, participants }: State) {
  return JSON.stringify([meeting, participants], (key, value) =>
    key === 'isConnected' || key === 'networkQuality' ? undefined : value,
  );
}
