import type { FastifyReply, FastifyRequest } from 'fastify';
import { beforeCall, isCall, type Parts, withSockets } from '../parts.ts';

type Reply = {
  success: boolean;
  error?: string;
  message?: string;
  details?: { path: string }[];
};

/** Whether a refused request has this fault. */
type Fault = (refusal: Reply, request: FastifyRequest) => boolean;

export const isMalformed: Fault = ({ error }) => error === 'INVALID_JSON';

export const isWrongType: Fault = ({ details }) => details?.[0]?.path === 'body.maxParticipants';

export const isBadPage: Fault = ({ details }) => details?.[0]?.path.startsWith('querystring') ?? false;

/** An id that is not a UUID. */
export const isWrongId: Fault = ({ error }, { params }) =>
  error === 'MEETING_NOT_FOUND' && !/^[\da-f-]{36}$/i.test((params as { id?: string }).id ?? '');

/** Answers requests with this fault with 500. */
export function failOn(isFault: Fault) {
  return rewriting(isFault, (_refusal, reply) => {
    reply.code(500);
    return { success: false, error: 'INTERNAL_ERROR', message: 'Something went wrong on our side' };
  });
}

/** Refusals contain raw text of the database. */
export function tellDatabaseText(isFault: Fault) {
  return rewriting(isFault, (refusal) => ({
    ...refusal,
    message: 'invalid input syntax for type uuid: "conduct"',
  }));
}

/** Refusals contain a stack trace. */
export function tellStack(isFault: Fault) {
  return rewriting(isFault, (refusal) => ({ ...refusal, stack: new Error(refusal.message).stack }));
}

/** Refusals have a sentence, but no code. */
export function leaveOutCode(isFault: Fault) {
  return rewriting(isFault, ({ message }) => ({ success: false, message }));
}

/** Refusals are HTML pages that repeat the request. */
export function echoAsPage({ app }: Parts): undefined {
  app.addHook('onSend', async ({ body }, reply, payload) => {
    const text = JSON.stringify(body ?? '');
    if (reply.statusCode < 400 || !text.includes('<')) return payload;
    reply.type('text/html; charset=utf-8');
    return `<p>Not valid: ${text}</p>`;
  });
}

/** Accepts texts of any length, and cuts them. */
export function cutLongTexts({ app }: Parts): undefined {
  app.addHook('preValidation', async (request) => {
    const body = request.body as Record<string, unknown> | undefined;
    if (!isCall(request, 'POST ') || !body) return;
    for (const [name, length] of [
      ['title', 100],
      ['description', 500],
    ] as const) {
      const text = body[name];
      if (typeof text === 'string') body[name] = text.slice(0, length);
    }
  });
}

/** Ignores a filter with an apostrophe. */
export function forgetFilter({ app }: Parts): undefined {
  app.addHook('preValidation', async (request) => {
    const query = request.query as { hostId?: string };
    if (query.hostId?.includes("'")) delete query.hostId;
  });
}

/** Answers an unknown action with success. */
export function acceptAnyAction({ app }: Parts): undefined {
  beforeCall(app, 'POST /:id/control', async (request, reply) => {
    const { action } = (request.body ?? {}) as { action?: unknown };
    if (action === 'explode') return reply.send({ success: true, message: 'Done' });
  });
}

/** A message without content throws an error that no handler catches. */
export function crashOnEmptyPayload(parts: Parts): Partial<Parts> {
  return onMessage(parts, 'meeting:join', (message) => {
    const { meetingId } = message as { meetingId: unknown };
    return meetingId;
  });
}

/** A message with a meeting of a wrong type throws an error that no handler catches. */
export function crashOnWrongPayload(parts: Parts): Partial<Parts> {
  return onMessage(parts, 'meeting:leave', (message) => {
    const { meetingId = '' } = (message ?? {}) as { meetingId?: string };
    return meetingId.toLowerCase();
  });
}

function onMessage(parts: Parts, name: string, handle: (message: unknown) => unknown): Partial<Parts> {
  return withSockets(parts, (io) => io.on('connection', (socket) => socket.on(name, handle)));
}

function rewriting(isFault: Fault, change: (refusal: Reply, reply: FastifyReply) => object) {
  return ({ app }: Parts): undefined => {
    app.addHook('onSend', async (request, reply, payload) => {
      if (reply.statusCode < 400 || reply.statusCode >= 500 || typeof payload !== 'string') return payload;
      const refusal = jsonOf(payload);
      if (!refusal || reply.statusCode === 401 || !isFault(refusal, request)) return payload;
      return JSON.stringify(change(refusal, reply));
    });
  };
}

/** Undefined for a text that is not JSON, such as that of a 429. */
function jsonOf(text: string): Reply | undefined {
  try {
    return JSON.parse(text) as Reply;
  } catch {
    return undefined;
  }
}
