import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { limiter } from './limits.ts';
import { Refused } from './refused.ts';
import { type Room, type Rooms, roomWithGuests } from './rooms.ts';
import { bearer, type ReadToken } from './tokens.ts';

const newRoom = z.strictObject({
  name: z.string().min(1).max(100),
  seats: z.int().min(2).max(1000).default(100),
});
const nothing = z.strictObject({}).optional();
const page = z.strictObject({
  state: z.enum(['open', 'closed']).optional(),
  page: z.coerce.number().int().min(1).max(10_000).default(1),
  size: z.coerce.number().int().min(1).max(100).default(20),
});

declare module 'fastify' {
  interface FastifyRequest {
    caller: string;
  }
}

type OfRoom = FastifyRequest<{ Params: { id: string } }>;

/** The routes below `/v2/rooms`. */
export const roomRoutes: FastifyPluginAsync<{ rooms: Rooms; readToken: ReadToken }> = async (
  app,
  { rooms, readToken },
) => {
  app.decorateRequest('caller', '');
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    request.caller = await readToken(bearer(request.headers.authorization));
  });
  const limited = (calls: number) => {
    const count = limiter({ calls, seconds: 60 });
    return { preHandler: async ({ caller }: FastifyRequest) => count(caller) };
  };

  app.post('/', (request, reply) => {
    const room = rooms.open(request.caller, read(newRoom, request.body));
    void reply.status(201).send({ room: roomWithGuests(room) });
  });

  app.get('/', limited(40), (request, reply) => {
    const { state, page: number, size } = read(page, request.query);
    const own = rooms.of(request.caller).filter((room) => state === undefined || room.state === state);
    const shown = own.slice((number - 1) * size, number * size).map(roomWithGuests);
    void reply.send({ rooms: shown, total: own.length, page: number });
  });

  app.get('/:id', (request: OfRoom, reply) => {
    void reply.send({ room: roomWithGuests(roomOf(request)) });
  });

  app.put('/:id/guests/me', limited(30), (request: OfRoom, reply) => {
    read(nothing, request.body);
    const room = roomOf(request);
    const isNew = rooms.enter(room, request.caller);
    void reply.status(isNew ? 201 : 200).send({ guest: request.caller, room: roomWithGuests(room) });
  });

  app.delete('/:id/guests/me', (request: OfRoom, reply) => {
    rooms.leave(roomOf(request), request.caller);
    void reply.status(204).send();
  });

  for (const [method, up] of [
    ['PUT', true],
    ['DELETE', false],
  ] as const)
    app.route({
      method,
      url: '/:id/guests/me/hand',
      handler: (request: OfRoom, reply) => {
        read(nothing, request.body);
        rooms.setHand(roomOf(request), request.caller, up);
        void reply.status(204).send();
      },
    });

  function roomOf({ params }: OfRoom): Room {
    return rooms.find(params.id);
  }
};

function read<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const found = schema.safeParse(value ?? undefined);
  if (found.success) return found.data;
  const { path, message } = found.error.issues[0]!;
  throw new Refused(422, 'INVALID', `${path.join('.') || 'the whole'}: ${message}`);
}
