import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Server } from 'socket.io';
import {
  cutter,
  DEFAULT_PING_MS,
  type ForeignKind,
  type ForeignOptions,
  KEEP_ALIVE_MS,
  LIMIT_BYTES,
  portOf,
} from '../foreign-service.ts';
import { silentlyGone, twice } from './defects.ts';
import { serveRooms, type TellOthers, tellOthers } from './rooms.ts';

/** A service without accounts and without HTTP calls. A peer is a socket. */
export const allSockets: ForeignKind = {
  contract: 'docs/examples/contracts/all-sockets.yaml',
  defects: {
    'events-twice': 'peer-in and status reach the other peers twice',
    'peer-out-missing': 'every second peer-out is not sent',
  },
  start,
};

const SEATS = 200;

async function start({ defects = [], port = 0, pingMs = DEFAULT_PING_MS, seats = SEATS }: ForeignOptions) {
  const http = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, answer);
  const io = new Server(http, {
    serveClient: false,
    pingInterval: pingMs,
    pingTimeout: pingMs,
    maxHttpBufferSize: LIMIT_BYTES,
  });
  const cut = cutter(http, io);
  let tell: TellOthers = tellOthers;
  if (defects.includes('events-twice')) tell = twice(tell);
  if (defects.includes('peer-out-missing')) tell = silentlyGone(tell);
  serveRooms(io, { seats, tell });
  http.listen(port, '127.0.0.1');
  await once(http, 'listening');

  const url = `http://127.0.0.1:${portOf(http)}`;
  return {
    url,
    environment: { SERVICE_URL: url },
    close: async () => {
      const closed = once(http, 'close');
      http.close();
      cut();
      await closed;
    },
  };
}

function answer({ method, url }: IncomingMessage, response: ServerResponse): void {
  const isHealth = url?.split('?')[0] === '/health';
  const [status, content] = !isHealth
    ? [404, { code: 'not-found' }]
    : method === 'GET' || method === 'HEAD'
      ? [200, { alive: true }]
      : [405, { code: 'method-not-allowed' }];
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  response.writeHead(status as number, { ...headers, 'x-content-type-options': 'nosniff' });
  response.end(method === 'HEAD' ? undefined : JSON.stringify(content));
}
