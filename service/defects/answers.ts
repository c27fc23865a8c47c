import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import type { Participant } from '../meetings/schemas.ts';
import { findMeetingWithRoster } from '../meetings/store.ts';
import { everyNth, isCall, type Parts } from './parts.ts';

export function slowDown({ app }: Parts, delayMs: number): undefined {
  app.addHook('preHandler', async (request) => {
    if (isCall(request, 'GET /:id')) await wait(delayMs);
  });
}

export function forgetLeaves({ app }: Parts, n: number): undefined {
  const isDue = everyNth(n);
  app.addHook('preHandler', async (request, reply) => {
    if (isCall(request, 'POST /:id/leave') && isDue()) {
      return reply.send({ success: true, message: 'Left the meeting' });
    }
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
 * Keeps of each meeting the last two states that it had before a call that changes something: when the last call
 * changed nothing, the older one is what was there before the last change.
 */
export function answerFromThePast({ app, pool }: Parts): undefined {
  const past = new Map<string, State[]>();

  app.addHook('preHandler', async (request) => {
    if (!CHANGES.some((call) => isCall(request, call))) return;
    const { id } = request.params as { id: string };
    // Of a meeting that does not exist there is no past; the call itself says so.
    const found = await findMeetingWithRoster(pool, id).catch(() => undefined);
    if (!found) return;
    const { participants, ...meeting } = found;
    const states = past.get(id) ?? [];
    const state = { meeting, participants };
    if (!states[0] || differ(states[0], state)) past.set(id, [state, ...states.slice(0, 1)]);
  });

  app.addHook('preSerialization', async (request, _reply, payload) => {
    const answer = payload as { success: boolean; data: State };
    if (!isCall(request, 'POST /:id/reconnect') || !answer.success) return payload;
    const { id } = request.params as { id: string };
    // Who was not there in the past cannot be answered from it.
    const old = past.get(id)?.find((state) => differ(state, answer.data) && seatOf(state, request));
    return old ? { ...answer, data: { ...answer.data, ...old, participant: seatOf(old, request) } } : payload;
  });
}

function seatOf({ participants }: State, { userId }: FastifyRequest) {
  return participants.find((participant) => participant.userId === userId);
}

/** In what calls change; who is connected at the moment is no such thing. */
function differ(one: State, other: State) {
  return comparable(one) !== comparable(other);
}

function comparable({ meeting, participants }: State) {
  return JSON.stringify([meeting, participants], (key, value) =>
    key === 'isConnected' || key === 'networkQuality' ? undefined : value,
  );
}
