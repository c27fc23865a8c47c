import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';
import { test as base } from '@playwright/test';
import { Server, type Socket } from 'socket.io';

/** A defect of the service. */
export type SocketFault =
  | 'accepts any token'
  | 'accepts clients without a token'
  | 'creates rooms that do not exist'
  | 'raises the hand of another user'
  | 'removes another user'
  | 'raises hands of strangers'
  | 'acknowledges hands of strangers'
  | 'adds a row for each join'
  | 'ends on a message without content'
  | 'ends without an acknowledgement'
  | 'ends on a wrong type'
  | 'sends raw database text'
  | 'refuses handshakes'
  | 'allows any origin';

export const SECRET = 'small';

/** A message identifies the client, and the service acknowledges every act in a room. */
export const contract = `
contract: fullhouse/1
name: small sockets
service: { url: "\${env.SERVICE_URL}", socket: {} }
identity: { jwt: { alg: HS256, secret: "\${env.JWT_SECRET}", claims: { sub: "\${user}" } } }
send:
  header: { authorization: "Bearer \${token}" }
  socket: { first: { emit: hello, json: { token: "\${token}" }, reply: hello-yes, refusal: hello-no } }
operations:
  meeting.create: { post: /rooms, json: { seats: "\${input.capacity}" }, meeting: body.id }
  meeting.join:
    emit: enter
    json: { room: "\${meeting}" }
    ok: payload.ok == true
    meeting: payload.room
    roster: { list: payload.people, user: item }
    causes: participant-joined
  hand.raise: { emit: hand, json: { room: "\${meeting}", up: true }, ok: payload.ok == true, causes: hand-raised }
  meeting.leave: { emit: leave, json: { room: "\${meeting}" }, ok: payload.ok == true, causes: participant-left }
events:
  participant-joined: { on: entered, meeting: payload.room, user: payload.who }
  hand-raised: { on: hand, when: payload.up == true, meeting: payload.room, user: payload.who }
  participant-left: { on: gone, meeting: payload.room, user: payload.who }
`;

type Message = { room?: unknown; up?: unknown; who?: unknown };
type Acknowledge = (answer: object) => void;

export const test = base.extend<{
  /** Starts the service; @returns its address */
  serveSockets: (...faults: readonly SocketFault[]) => Promise<string>;
}>({
  serveSockets: async ({}, use) => {
    const ends: (() => void)[] = [];
    await use(async (...faults) => {
      const http = createServer();
      ends.push(serve(http, new Set(faults)));
      await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    });
    for (const end of ends) end();
  },
});

function serve(http: HttpServer, faults: ReadonlySet<SocketFault>): () => void {
  const rooms = new Map<string, string[]>();
  const connections = new Set<TcpSocket>();
  http.on('connection', (connection) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  });
  http.on('request', (request: IncomingMessage, response) => {
    if (request.url?.startsWith('/socket.io')) return;
    const user = userOf(request.headers.authorization?.replace(/^Bearer /, ''), faults);
    const isHealth = request.url === '/health';
    const id = randomUUID();
    if (user !== undefined) rooms.set(id, []);
    const status = isHealth ? 200 : user === undefined ? 401 : 201;
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify(status === 401 ? { error: 'NO_TOKEN' } : { id }));
  });
  const io = new Server(http, {
    serveClient: false,
    ...(faults.has('allows any origin') ? { cors: { origin: true, credentials: true } } : {}),
    allowRequest: (_, decide) => decide(null, !faults.has('refuses handshakes')),
  });
  /** Ends the service, as an uncaught exception does. */
  const end = () => {
    http.close();
    for (const connection of connections) connection.destroy();
    io.engine.close();
  };
  io.on('connection', (socket: Socket) => new Client({ socket, io, rooms, faults, end }));
  return end;
}

interface Within {
  readonly socket: Socket;
  readonly io: Server;
  /** The users in each room. */
  readonly rooms: Map<string, string[]>;
  readonly faults: ReadonlySet<SocketFault>;
  readonly end: () => void;
}

class Client {
  readonly #of: Within;
  #user: string | undefined;

  constructor(of: Within) {
    this.#of = of;
    const { socket, faults } = of;
    socket.on('hello', (message?: { token?: string }) => {
      this.#user =
        userOf(message?.token, faults) ??
        (faults.has('accepts clients without a token') ? 'nobody' : undefined);
      socket.emit(this.#user === undefined ? 'hello-no' : 'hello-yes', {});
    });
    for (const name of ['enter', 'hand', 'leave'] as const)
      socket.on(name, (...values: unknown[]) => {
        const last = values.at(-1);
        const acknowledge = typeof last === 'function' ? (last as Acknowledge) : undefined;
        const message = values[0] === last && acknowledge ? undefined : (values[0] as Message | null);
        if (this.#breaks(message, acknowledge)) return of.end();
        acknowledge?.(this.#answer(name, message ?? {}));
      });
  }

  #breaks(message: Message | null | undefined, acknowledge: Acknowledge | undefined): boolean {
    const { faults } = this.#of;
    const isNothing = message === undefined || message === null;
    if (faults.has('ends on a message without content') && isNothing) return true;
    if (faults.has('ends without an acknowledgement') && !acknowledge && !isNothing) return true;
    return faults.has('ends on a wrong type') && typeof message?.room === 'number';
  }

  #answer(name: 'enter' | 'hand' | 'leave', { room, up, who }: Message): object {
    const { rooms, faults, socket, io } = this.#of;
    const no = (error: string) => ({ ok: false, error });
    const user = this.#user;
    if (user === undefined) return no('NO_TOKEN');
    if (typeof room !== 'string')
      return no(
        faults.has('sends raw database text') ? 'invalid input syntax for type uuid: "5"' : 'BAD_ROOM',
      );
    if (!rooms.has(room) && faults.has('creates rooms that do not exist')) rooms.set(room, []);
    const people = rooms.get(room);
    if (!people) return no('NO_ROOM');
    const named = typeof who === 'string' ? who : user;
    const tell = (event: string, content: object) => io.to(room).emit(event, { room, ...content });
    if (name === 'enter') {
      if (!people.includes(user) || faults.has('adds a row for each join')) people.push(user);
      tell('entered', { who: user });
      void socket.join(room);
    } else if (name === 'hand') {
      if (!people.includes(user)) {
        if (faults.has('acknowledges hands of strangers')) return { ok: true, room };
        if (!faults.has('raises hands of strangers')) return no('NOT_INSIDE');
      }
      tell('hand', { up, who: faults.has('raises the hand of another user') ? named : user });
    } else {
      const gone = faults.has('removes another user') ? named : user;
      rooms.set(
        room,
        people.filter((one) => one !== gone),
      );
      tell('gone', { who: gone });
    }
    return { ok: true, room, people: rooms.get(room) };
  }
}

function userOf(token: string | undefined, faults: ReadonlySet<SocketFault>): string | undefined {
  const [header, claims, signature] = token?.split('.') ?? [];
  if (!claims) return undefined;
  const right = createHmac('sha256', SECRET).update(`${header}.${claims}`).digest('base64url');
  const { sub, exp, aud } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as {
    sub?: string;
    exp: number;
    aud?: string;
  };
  const isGood = signature === right && exp * 1000 > Date.now() && aud === undefined;
  return isGood || faults.has('accepts any token') ? sub : undefined;
}

export { expect } from '@playwright/test';
