import type { Server as HttpServer } from 'node:http';
import { type Namespace, Server, type Socket } from 'socket.io';
import { z } from 'zod';
import { LIMIT_BYTES } from '../foreign-service.ts';
import { type Conference, type Conferences, peopleIn } from './conferences.ts';
import { type Reason, Refused } from './refused.ts';
import type { Person, Sessions } from './sessions.ts';

type MeetSocket = Socket<
  Record<string, (...values: unknown[]) => void>,
  Record<string, (...values: unknown[]) => void>,
  Record<string, never>,
  { person: Person }
>;

const ofConference = z.object({ conf: z.string().min(1).max(40) });
const hand = ofConference.extend({ up: z.boolean() });
const chat = ofConference.extend({ text: z.string().min(1).max(2000) });

export const socketsOf = ({ id }: Person) => `person ${id}`;

/** Opens sockets in the namespace `/meet`. The cookie of the handshake identifies the user. */
export function openSockets(http: HttpServer, { pingMs, sessions }: { pingMs: number; sessions: Sessions }) {
  const io = new Server(http, {
    path: '/rt',
    serveClient: false,
    pingInterval: pingMs,
    pingTimeout: pingMs,
    maxHttpBufferSize: LIMIT_BYTES,
    // Browsers send the cookie from pages of every origin, so the origin must be checked.
    allowRequest: ({ headers: { origin, host } }, decide) =>
      decide(null, origin === undefined || isSame(origin, host)),
  });
  io.use((_, next) => next(refusal('nothing-here')));
  const meet: Namespace = io.of('/meet');
  meet.use((socket: MeetSocket, next) => {
    try {
      socket.data.person = sessions.read(socket.handshake.headers.cookie);
      next();
    } catch {
      next(refusal('no-session'));
    }
  });
  return { io, meet };
}

/** Acknowledges each message. Sends a refusal as an event if the message has no acknowledgement callback. */
export function serveConferences(meet: Namespace, conferences: Conferences): void {
  meet.on('connection', (socket: MeetSocket) => {
    const { person } = socket.data;
    void socket.join(socketsOf(person));

    answer(socket, 'conf/join', ofConference, async ({ conf }) => {
      const conference = conferences.find(conf);
      const { hand: up } = await conferences.join(conference, person, socket.id);
      void socket.join(conf);
      const me = { id: person.id, hand: up };
      return { conf, me, people: peopleIn(conference), phase: conference.phase };
    });
    answer(socket, 'conf/leave', ofConference, ({ conf }) => {
      conferences.leave(conferences.find(conf), person);
      return { conf };
    });
    answer(socket, 'conf/hand', hand, ({ conf, up }) => {
      conferences.setHand(conferences.find(conf), person, up);
      return { conf, up };
    });
    answer(socket, 'conf/chat', chat, ({ conf, text }) => {
      conferences.chat(conferences.find(conf), person, text);
      return { conf };
    });
    socket.on('disconnect', () => conferences.hangUp(person, socket.id));
  });
}

function answer<Message>(
  socket: MeetSocket,
  name: string,
  schema: z.ZodType<Message>,
  act: (message: Message) => object | Promise<object>,
): void {
  socket.on(name, async (...values: unknown[]) => {
    const last = values.at(-1);
    const acknowledge = typeof last === 'function' ? (last as (answer: object) => void) : undefined;
    try {
      const message = schema.safeParse(values[0]);
      if (!message.success) throw new Refused('bad-message');
      const done = await act(message.data);
      acknowledge?.({ ok: true, ...done });
    } catch (error) {
      if (!(error instanceof Refused)) console.error(error);
      const reason = error instanceof Refused ? error.reason : 'our-fault';
      if (acknowledge) acknowledge({ ok: false, error: reason });
      else socket.emit('conf/trouble', { about: name, error: reason });
    }
  });
}

/** The sockets of all participants, except those of `except`. */
export function tellInside(meet: Namespace, { key }: Conference, except?: Person) {
  const inside = meet.to(key);
  return except ? inside.except(socketsOf(except)) : inside;
}

function refusal(reason: Reason): Error {
  return Object.assign(new Error(reason), { data: { error: reason } });
}

function isSame(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
