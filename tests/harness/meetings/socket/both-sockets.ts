import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';
import { Server, type ServerOptions, type Socket } from 'socket.io';
import type { SocketCredentials } from '../../../../src/meetings/identities/credentials.ts';
import type { ReconnectPolicy } from '../../../../src/meetings/reconnect-policy.ts';
import { openSocket } from '../../../../src/meetings/socket/open-socket.ts';
import type { RoomSocket, SocketClient } from '../../../../src/meetings/socket/room-socket.ts';

/** The log of one side, in its order: each line begins with its kind. */
export class Log {
  readonly lines: unknown[][] = [];
  readonly #waiting = new Set<() => void>();

  add(...line: unknown[]): void {
    this.lines.push(line);
    for (const look of [...this.#waiting]) look();
  }

  /** Resolves when `times` lines begin with `what`. */
  has(what: string, times = 1): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.lines.filter(([first]) => first === what).length < times) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}

export interface Stage {
  readonly url: string;
  readonly io: Server;
  readonly http: HttpServer;
  readonly client: Log;
  readonly service: Log;
  /** Ends every TCP connection without a word, as a crash does. */
  reset(): void;
  /** Connects a socket to the service, whose listener logs everything. */
  open(options?: Opening): RoomSocket;
}

export interface Opening {
  readonly url?: string;
  readonly namespace?: string;
  readonly path?: string;
  readonly policy?: ReconnectPolicy;
  readonly credentials?: () => SocketCredentials;
  readonly timeoutMs?: number;
  readonly hears?: (name: string) => boolean;
}

export type Scene = (stage: Stage) => Promise<void>;

/** The policy of Socket.IO, with short delays. */
export const quickly: ReconnectPolicy = { kind: 'socket.io', delayMs: 20, maxMs: 50, factor: 0.5 };

/** Plays a scene with one kind of socket on a real Socket.IO service; returns the logs of both sides. */
export async function play(socketClient: SocketClient, scene: Scene, options: Partial<ServerOptions> = {}) {
  const http = createServer();
  const connections = new Set<TcpSocket>();
  http.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
  });
  const io = new Server(http, options);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const [client, service, sockets] = [new Log(), new Log(), [] as RoomSocket[]];
  const open = (opening: Opening = {}) => {
    const socket = written(socketClient, { url, ...opening }, client);
    sockets.push(socket);
    socket.connect();
    return socket;
  };
  const reset = () => {
    for (const socket of connections) socket.resetAndDestroy();
  };
  try {
    await scene({ url, io, http, client, service, open, reset });
  } finally {
    for (const socket of sockets) socket.dispose();
    reset();
    await io.close();
  }
  return { client: client.lines, service: service.lines };
}

function written(
  socketClient: SocketClient,
  { url = '', namespace = '/', path = '/socket.io', policy, credentials, timeoutMs = 10_000, hears }: Opening,
  log: Log,
): RoomSocket {
  return openSocket(
    socketClient,
    { url, policy, timeoutMs, socket: { namespace, path }, credentials: credentials ?? (() => ({})) },
    {
      onConnect: () => log.add('connect'),
      onDisconnect: (reason) => log.add('disconnect', reason),
      onConnectError: (error) => log.add('connect_error', error.message, ...networkError(error)),
      onAttempt: () => log.add('attempt'),
      hears: hears ?? (() => true),
      onEvent: (name, values) => log.add(name, ...values),
    },
  );
}

/** The data of a refusal, or the network error below Socket.IO. */
function networkError(error: Error): unknown[] {
  const { data, description } = error as {
    data?: unknown;
    description?: { error?: Error & { code?: string } };
  };
  const below = description?.error;
  if (below === undefined) return data === undefined ? [] : [data];
  // Some messages of Node contain the address, in which the port differs.
  return [below.code ?? below.message];
}

/** Logs everything that a connection of the service receives. */
export function hear(socket: Socket, log: Log): void {
  socket.onAny((name: string, ...values: unknown[]) => log.add(name, ...values.map(shown)));
  socket.on('disconnect', (reason) => log.add('disconnect', reason));
}

/** Replaces a function by a text, because functions are never equal. */
export function shown(value: unknown): unknown {
  return typeof value === 'function' ? 'a function' : value;
}
