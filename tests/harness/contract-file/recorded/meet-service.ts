import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';

/** A small meetings service with a token from a login, HTTP for meetings, and sockets for the rest. */
export interface MeetService {
  readonly url: string;
  close(): Promise<void>;
}

interface Meeting {
  readonly id: string;
  readonly title: string;
  readonly people: Map<string, { role: string; handUp: boolean }>;
}

export const PASSWORD = 'correct-horse-7';

export async function startMeetService(): Promise<MeetService> {
  const meetings = new Map<string, Meeting>();
  const users = new Map<string, string>();
  const http = createServer(async (request, response) => {
    const send = (status: number, body: unknown, type = 'application/json') => {
      response.writeHead(status, { 'content-type': type });
      response.end(type === 'application/json' ? JSON.stringify(body) : String(body));
    };
    const path = request.url!.split('?')[0]!;
    if (path === '/')
      return send(
        200,
        '<!doctype html><title>Meet</title><script src="/realtime/socket.io.js"></script>',
        'text/html',
      );
    if (path === '/healthz') return send(200, { status: 'healthy' });
    const body = (await bodyOf(request)) as Record<string, unknown>;
    if (path === '/api/login') {
      if (body.password !== PASSWORD) return send(401, { error: 'wrong password' });
      const id = `usr_${String(body.email).split('@')[0]}_${Math.random().toString(36).slice(2, 10)}`;
      const token = `tok_${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`;
      users.set(token, id);
      return send(200, { accessToken: token, user: { id, email: body.email } });
    }
    const user = users.get(String(request.headers.authorization ?? '').replace('Bearer ', ''));
    if (user === undefined) return send(401, { error: 'who are you?' });
    if (path === '/api/calls' && request.method === 'POST') {
      const id = `call-${Math.random().toString(36).slice(2, 12)}`;
      meetings.set(id, { id, title: String(body.title), people: new Map() });
      return send(201, { call: { id, title: body.title, state: 'open' } });
    }
    const [, , , id = '', rest] = path.split('/');
    const meeting = meetings.get(id);
    if (!meeting) return send(404, { error: 'no such call' });
    if (rest === undefined) return send(200, { call: { ...shown(meeting) } });
    if (rest === 'join') {
      meeting.people.set(user, { role: meeting.people.size === 0 ? 'owner' : 'guest', handUp: false });
      io.of('/live')
        .to(id)
        .emit('member.in', { callId: id, member: { userId: user, ...meeting.people.get(user) } });
      return send(200, { call: shown(meeting), you: { userId: user } });
    }
    meeting.people.delete(user);
    io.of('/live').to(id).emit('member.out', { callId: id, userId: user });
    return send(204, '', 'text/plain');
  });
  const io = new Server(http, { path: '/realtime/' });
  io.of('/live')
    .use((socket, next) => next(users.has(socket.handshake.auth.jwt) ? undefined : new Error('who are you?')))
    .on('connection', (socket: Socket) => {
      const user = users.get(socket.handshake.auth.jwt)!;
      let at = '';
      socket.on('room:enter', ({ callId }, reply) => {
        at = callId;
        void socket.join(callId);
        reply({ ok: meetings.has(callId), callId });
      });
      socket.on('peer.status', ({ element, on }) => {
        const person = meetings.get(at)?.people.get(user);
        if (person && element === 'hand') person.handUp = on;
        socket.to(at).emit('peer.status', { peer: user, element, on });
      });
      socket.on('say', ({ text }) => io.of('/live').to(at).emit('said', { from: user, text }));
    });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    close: async () => {
      await io.close();
      http.closeAllConnections();
    },
  };
}

function shown({ id, title, people }: Meeting) {
  return { id, title, state: 'open', members: [...people].map(([userId, one]) => ({ userId, ...one })) };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const part of request) text += part;
  return text === '' ? {} : JSON.parse(text);
}
