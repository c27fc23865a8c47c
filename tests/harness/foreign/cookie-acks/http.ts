import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { z } from 'zod';
import { KEEP_ALIVE_MS, LIMIT_BYTES } from '../foreign-service.ts';
import { type Conferences, described, peopleIn } from './conferences.ts';
import { Refused } from './refused.ts';
import { cookieOf, noCookie, type Person, type Sessions } from './sessions.ts';

const credentials = z.strictObject({ email: z.string().max(100), password: z.string().max(200) });
const newConference = z.strictObject({
  topic: z.string().min(1).max(100),
  seats: z.int().min(2).max(1000).default(100),
});

/** The most conferences that one person may create in a minute. */
const CREATIONS_PER_MINUTE = 30;

type OfConference = FastifyRequest<{ Params: { key: string } }>;

export function emptyApp(): FastifyInstance {
  const app = fastify({
    bodyLimit: LIMIT_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    frameworkErrors: (_error: FastifyError, _request: unknown, reply: unknown) => {
      void refuse(reply as FastifyReply, new Refused('nothing-here'));
    },
  });
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', async (_, reply) => {
    void reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });
  app.setNotFoundHandler((_, reply) => refuse(reply, new Refused('nothing-here')));
  app.setErrorHandler((error: FastifyError | Refused, _, reply) => {
    if (error instanceof Refused) return refuse(reply, error);
    const status = error.statusCode ?? 500;
    if (status === 413) return refuse(reply, new Refused('too-large'));
    if (status < 500) return refuse(reply, new Refused('not-json'));
    console.error(error);
    return reply.status(500).send({ ok: false, error: 'our-fault' });
  });
  return app;
}

function refuse(reply: FastifyReply, { reason, status }: Refused) {
  return reply.status(status).send({ ok: false, error: reason });
}

/** Registers the routes. `goodbye` closes the sockets of a user who logs out. */
export function addresses(
  app: FastifyInstance,
  of: { sessions: Sessions; conferences: Conferences; goodbye: (person: Person) => void },
): void {
  const { sessions, conferences } = of;
  const caller = ({ headers }: FastifyRequest) => sessions.read(headers.cookie);

  app.get('/alive', (_, reply) => void reply.send({ ok: true }));

  app.post('/session', (request, reply) => {
    const { email, password } = read(credentials, request.body);
    const { sid, person } = sessions.begin(email, password);
    void reply.header('set-cookie', cookieOf(sid)).send({ ok: true, me: person });
  });
  app.get('/session', (request, reply) => void reply.send({ ok: true, me: caller(request) }));
  app.delete('/session', (request, reply) => {
    of.goodbye(sessions.end(request.headers.cookie));
    void reply.header('set-cookie', noCookie).send({ ok: true });
  });

  const mayCreate = oncePer(60_000 / CREATIONS_PER_MINUTE, CREATIONS_PER_MINUTE);
  app.post('/api/conference', (request, reply) => {
    const person = caller(request);
    const waitMs = mayCreate(person.id);
    if (waitMs > 0) {
      void reply.header('retry-after', Math.ceil(waitMs / 1000));
      throw new Refused('slow-down');
    }
    const conference = conferences.create(person, read(newConference, request.body));
    void reply.status(201).send({ ok: true, conference: described(conference) });
  });
  app.get('/api/conference/:key', (request: OfConference, reply) => {
    caller(request);
    void reply.send({ ok: true, conference: described(conferences.find(request.params.key)) });
  });
  // Only the creator and participants may see the list of participants.
  app.get('/api/conference/:key/people', (request: OfConference, reply) => {
    const person = caller(request);
    const conference = conferences.find(request.params.key);
    if (person.id !== conference.creator) conferences.memberOf(conference, person);
    const { key, phase } = conference;
    void reply.send({ ok: true, key, phase, people: peopleIn(conference) });
  });
}

function read<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const found = schema.safeParse(value);
  if (!found.success) throw new Refused('bad-message');
  return found.data;
}

/** A token bucket for each user. @returns the time that the user has to wait, in ms */
function oncePer(everyMs: number, atOnce: number): (person: number) => number {
  const usedUpTo = new Map<number, number>();
  return (person) => {
    const now = performance.now();
    const from = Math.max(usedUpTo.get(person) ?? 0, now);
    const waitMs = from + everyMs - (now + everyMs * atOnce);
    if (waitMs > 0) return waitMs;
    usedUpTo.set(person, from + everyMs);
    return 0;
  };
}
