import { once } from 'node:events';
import {
  type Agent,
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DefaultEventsMap, Server, type Socket as ServerSocket } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { Pool } from 'undici';

export const TRANSPORTS = ['HTTP', 'polling', 'WebSocket'] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** A client. Each transfer resolves with its duration in ms. */
export interface Talk {
  echo(): Promise<number>;
  /** Sends this number of bytes and gets a short answer; `download` does the opposite. */
  upload(bytes: number): Promise<number>;
  download(bytes: number): Promise<number>;
  close(): Promise<void>;
}

/** Short, so that a silent link is detected soon. */
const PINGS = { pingInterval: 200, pingTimeout: 300 };

export type RoomSocket = ServerSocket<DefaultEventsMap, DefaultEventsMap>;

/** A service over HTTP and Socket.IO. */
export class TalkingService implements AsyncDisposable {
  readonly #http: HttpServer;
  readonly io: Server;
  readonly #clients: (() => unknown)[] = [];

  private constructor(http: HttpServer, sockets: Server) {
    this.#http = http;
    this.io = sockets;
    sockets.on('connection', (socket) => {
      socket.on('echo', (payload: unknown, answer: (payload: unknown) => void) => answer(payload));
      socket.on('upload', (payload: string, answer: (length: number) => void) => answer(payload.length));
      socket.on('download', (bytes: number, answer: (payload: string) => void) => answer('x'.repeat(bytes)));
    });
  }

  static async start({ quickPings = false } = {}): Promise<TalkingService> {
    const http = createServer((request, response) => void answer(request, response));
    // The connection stays open for a request that was lost several times.
    http.keepAliveTimeout = 60_000;
    const sockets = new Server(http, { maxHttpBufferSize: 1e8, ...(quickPings && PINGS) });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return new TalkingService(http, sockets);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /**
   * Opens a connection and warms it up, so that a test does not measure the handshake. Polling opens a connection for each
   * request, unless an agent keeps it.
   */
  async talk(transport: Transport, { url }: { url: string }, agent?: Agent): Promise<Talk> {
    const talk = transport === 'HTTP' ? overHttp(url) : await this.#overSocket(transport, url, agent);
    this.#clients.push(() => talk.close());
    await talk.echo();
    await talk.echo();
    return talk;
  }

  /** Connects a participant over WebSocket. Returns both sides. */
  async join({ url }: { url: string }, options = {}): Promise<{ client: Socket; service: RoomSocket }> {
    const client = this.client({ url }, options);
    await new Promise((resolve, reject) =>
      client.once('connect', () => resolve(null)).once('connect_error', reject),
    );
    return { client, service: this.io.sockets.sockets.get(client.id!)! };
  }

  /** A participant, whose connect may fail. */
  client({ url }: { url: string }, options = {}): Socket {
    const client = io(url, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      ...options,
    });
    this.#clients.push(() => client.disconnect());
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#clients.map((close) => close()));
    this.#http.closeAllConnections();
    await this.io.close();
  }

  async #overSocket(transport: 'polling' | 'WebSocket', url: string, agent?: Agent): Promise<Talk> {
    const { client } = await this.join(
      { url },
      { transports: [transport === 'polling' ? 'polling' : 'websocket'], upgrade: false, agent },
    );
    const timed = async (...ask: [string, unknown]) => {
      const startedAt = performance.now();
      await client.emitWithAck(...ask);
      return performance.now() - startedAt;
    };
    return {
      echo: () => timed('echo', 'short'),
      upload: (bytes) => timed('upload', 'x'.repeat(bytes)),
      download: (bytes) => timed('download', bytes),
      close: async () => {
        client.disconnect();
      },
    };
  }
}

function overHttp(url: string): Talk {
  const pool = new Pool(url, { connections: 1, headersTimeout: 0, bodyTimeout: 0 });
  const timed = async (path: string, body?: Buffer) => {
    const startedAt = performance.now();
    const answer = await pool.request({ path, method: body ? 'POST' : 'GET', body: body ?? null });
    await answer.body.arrayBuffer();
    return performance.now() - startedAt;
  };
  return {
    echo: () => timed('/'),
    upload: (bytes) => timed('/', Buffer.alloc(bytes, 'x')),
    download: (bytes) => timed(`/?bytes=${bytes}`),
    close: () => pool.destroy(),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url?.startsWith('/socket.io')) return;
  try {
    for await (const _ of request);
  } catch {
    return; // the test has cut the connection
  }
  const bytes = new URL(request.url ?? '/', 'http://any').searchParams.get('bytes');
  response.end(Buffer.alloc(Number(bytes ?? 5), 'x'));
}
