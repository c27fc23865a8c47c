import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { Agent, request } from 'undici';

/** An HTTP answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what each service answers
  readonly body: any;
}

export interface Call {
  readonly headers?: Record<string, string>;
  readonly json?: unknown;
  /** The body as text, instead of `json`. */
  readonly raw?: string;
  readonly ca?: string;
}

/** An HTTP call without any code of the harness. */
export async function call(
  method: string,
  url: string,
  { headers, json, raw, ca }: Call = {},
): Promise<Answer> {
  const body = raw ?? (json === undefined ? undefined : JSON.stringify(json));
  const agent = new Agent({ connect: ca === undefined ? {} : { ca } });
  try {
    const answer = await request(url, {
      method: method as 'GET',
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body,
      dispatcher: agent,
    });
    const text = await answer.body.text();
    const isJson = String(answer.headers['content-type']).includes('json');
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    };
  } finally {
    await agent.close();
  }
}

/** An event that a socket received. */
export interface Heard {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what each service sends
  readonly content: any;
}

/** A socket, with all events that it received. */
export class Client {
  readonly heard: Heard[] = [];
  /** The id of the socket, also after it closed. */
  id = '';

  private constructor(readonly socket: Socket) {
    socket.onAny((name, content) => this.heard.push({ name, content }));
  }

  /** @throws the `connect_error` of Socket.IO */
  static async connect(
    url: string,
    options: Partial<ManagerOptions & SocketOptions & { ca: string }> = {},
  ): Promise<Client> {
    const socket = io(url, { forceNew: true, reconnection: false, transports: ['websocket'], ...options });
    const client = new Client(socket);
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve).once('connect_error', reject);
      });
    } catch (error) {
      socket.close();
      throw error;
    }
    client.id = socket.id!;
    return client;
  }

  /** The content of the next event with this name. Call it before the cause of the event. */
  next(name: string): Promise<Heard['content']> {
    return new Promise((resolve) => this.socket.once(name, resolve));
  }

  named(name: string): Heard['content'][] {
    return this.heard.filter((one) => one.name === name).map(({ content }) => content);
  }

  /** Sends a message and waits for the event that answers it. */
  async ask(name: string, content: unknown, answer: string): Promise<Heard['content']> {
    const answered = this.next(answer);
    this.socket.emit(name, content);
    return answered;
  }

  /** Stops reading. The service then sees a client that disappeared without a disconnect. */
  vanish(): void {
    const { transport } = this.socket.io.engine as unknown as { transport: { ws: { pause(): void } } };
    transport.ws.pause();
  }

  close(): void {
    this.socket.close();
  }
}
