import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';
import { Server, type ServerOptions, type Socket } from 'socket.io';

export interface RoomService extends AsyncDisposable {
  readonly url: string;
  readonly io: Server;
  readonly http: HttpServer;
  /** Ends every TCP connection without a word, as a crash does. */
  reset(): void;
}

/** A small Socket.IO service of the contract; `behave` handles each connection. */
export async function roomService(
  behave: (socket: Socket) => void = answering,
  options: Partial<ServerOptions> = {},
): Promise<RoomService> {
  const http = createServer();
  const connections = new Set<TcpSocket>();
  http.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
  });
  const io = new Server(http, options);
  io.use(({ handshake }, next) => {
    const { token } = handshake.auth as { token?: string };
    if (token === 'refused') next(new Error('Authentication failed'));
    else if (token !== 'never answered') next();
  });
  io.on('connection', behave);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const reset = () => {
    for (const socket of connections) socket.resetAndDestroy();
  };
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    io,
    http,
    reset,
    async [Symbol.asyncDispose]() {
      reset();
      await io.close();
    },
  };
}

/** Admits every user to every room except `full`. */
export function answering(socket: Socket): void {
  socket.on('meeting:join', ({ meetingId }: { meetingId: string }) => {
    if (meetingId === 'full') socket.emit('meeting:error', { meetingId, error: 'MEETING_FULL' });
    else socket.emit('meeting:joined', { meetingId });
  });
}
