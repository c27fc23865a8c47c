import type { FastifyInstance } from 'fastify';
import type { Identify } from '../auth.ts';
import { ServiceError } from '../errors.ts';
import { withoutRoster, written } from './fields.ts';
import type { Style } from './style.ts';

/** The user of every HTTP call whose token cannot be verified. */
const DEFAULT_USER = 'default-user';

/** The only call whose answer contains the roster. */
const RECONNECT = '/api/v1/meetings/:id/reconnect';

/** Behaves like observed deployed services, which keep the contract but differ from the reference style. */
export const deployed: Style = {
  keepAliveMs: 5_000,
  latencyBucketsS: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  hasPages: false,

  styleAnswers(app) {
    // Without the schema, a malformed id reaches the database, and its error becomes the answer.
    app.addHook('onRoute', (route) => {
      if (route.schema) {
        const { params: _, ...schema } = route.schema;
        route.schema = schema;
      }
    });
    app.addHook('preSerialization', async ({ routeOptions }, reply, payload) => {
      // The serialisers of the reference style would change 1 to true and require the roster.
      reply.serializer(JSON.stringify);
      return written(routeOptions.url === RECONNECT ? payload : withoutRoster(payload));
    });
  },

  styleEvents: (deliver) => (io, name, content, audience) =>
    deliver(io, name, written(content) as typeof content, audience),

  identifyOverHttp: (app) => anyToken(app),

  refuse(error, clean) {
    if (error instanceof ServiceError) return { status: clean.status, body: clean.toReply() };
    // The database refused a value (class 22). A service that does not check its input answers this with 500.
    const isMistakeOfCaller = clean.status < 500 && !/^22/.test((error as { code?: string }).code ?? '');
    const code = isMistakeOfCaller ? clean.code : 'INTERNAL_ERROR';
    return {
      status: isMistakeOfCaller ? clean.status : 500,
      body: { success: false, error: code, message: error.message },
    };
  },

  tooManyRequests: () => ({
    type: 'text/html; charset=utf-8',
    text: 'Too many requests, please try again later.',
  }),
};

/** Accepts any text as a token. A valid token names its user; all other callers are the default user. */
function anyToken(app: FastifyInstance): Identify {
  return (token) => {
    if (!token) throw new ServiceError('AUTHENTICATION_REQUIRED');
    try {
      const { userId } = app.jwt.verify<Record<string, unknown>>(token);
      return typeof userId === 'string' && userId ? userId : DEFAULT_USER;
    } catch {
      return DEFAULT_USER;
    }
  };
}
