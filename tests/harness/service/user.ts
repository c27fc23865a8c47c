import { randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import { tokenOf } from './tokens.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are what these tests are about; a wrong field fails an expect
export type Answer = { status: number; headers: Headers; text: string; body: any };

/** The events that one user gets over a socket, in order. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export type Heard = { name: string; content: any }[];

/** A user with a valid token. */
export class User {
  readonly #sockets: Socket[] = [];

  constructor(
    readonly url: string,
    readonly id: string = randomUUID(),
    readonly token: string = tokenOf(id),
  ) {}

  get(path = '') {
    return call(`${this.url}/api/v1/meetings${path}`, { headers: this.#headers() });
  }

  post(path = '', body?: unknown) {
    const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    return call(`${this.url}/api/v1/meetings${path}`, {
      method: 'POST',
      headers: { ...this.#headers(), ...json },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }

  /** Exchanges the key of a sign-in link. */
  signIn(key: string) {
    const headers = { 'content-type': 'application/json' };
    return call(`${this.url}/room/sign-in`, { method: 'POST', headers, body: JSON.stringify({ key }) });
  }

  /** Opens a meeting as its host. @returns its id */
  async open(settings: object = {}): Promise<string> {
    const { body, text } = await this.post('', { title: 'A meeting', ...settings });
    if (!body?.success) throw new Error(`No meeting was created: ${text}`);
    return body.data.id;
  }

  /** Opens a socket and waits until it is connected. The fixture closes it. */
  async connect(): Promise<{ socket: Socket; heard: Heard }> {
    const socket = io(this.url, {
      auth: { token: this.token },
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
    });
    this.#sockets.push(socket);
    const heard: Heard = [];
    socket.onAny((name, content) => heard.push({ name, content }));
    await new Promise<void>((resolve, reject) => socket.on('connect', resolve).on('connect_error', reject));
    return { socket, heard };
  }

  /** Connects and enters the room of the meeting. */
  async enter(meetingId: string): Promise<{ socket: Socket; heard: Heard }> {
    const connection = await this.connect();
    await enterRoom(connection.socket, meetingId);
    return connection;
  }

  close() {
    for (const socket of this.#sockets) socket.disconnect();
  }

  #headers() {
    return { authorization: `Bearer ${this.token}` };
  }
}

/** Joins the room and waits for the answer. */
export function enterRoom(socket: Socket, meetingId: string) {
  return new Promise<void>((resolve, reject) => {
    socket.once('meeting:joined', () => resolve());
    socket.once('meeting:error', (error) => reject(new Error(error.error)));
    socket.emit('meeting:join', { meetingId });
  });
}

export async function call(url: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  };
}
