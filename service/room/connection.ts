import { io, type Socket } from 'socket.io-client';
import type { RoomEvent } from '../meetings/room-events.ts';
import type { AudioEvents } from '../realtime/messages.ts';
import type { ConnectionState } from './connection-state.ts';
import { mark } from './marks.ts';

const PATIENCE_MS = 10_000;

/** The refusals of Socket.IO, with the codes of HTTP. */
const REFUSALS: Record<string, string> = {
  'Authentication required': 'AUTHENTICATION_REQUIRED',
  'Authentication failed': 'AUTHENTICATION_FAILED',
  'Invalid token': 'INVALID_TOKEN',
};

type Listener = {
  onState(state: ConnectionState): void;
  /** Called when a connection opens. The page must then enter the room. */
  onConnected(): void;
  onEvent(event: RoomEvent): void;
  onAudio<Name extends keyof AudioEvents>(name: Name, content: AudioEvents[Name]): void;
  /** Called when the service refuses the token, which a retry cannot change. */
  onRefused(code: string): void;
};

/** The live connection of one tab. It reconnects with Socket.IO's backoff. */
export class Connection {
  readonly #socket: Socket;
  #isClosed = false;

  constructor(token: string, listener: Listener) {
    this.#socket = io({
      auth: { token },
      autoConnect: false,
      forceNew: true,
      // One transport, so that measurements of connections are comparable.
      transports: ['websocket'],
    });
    this.#socket
      .on('connect', () => listener.onConnected())
      .on('disconnect', (reason) => {
        if (this.#isClosed) return;
        mark('room:connection-lost');
        listener.onState(navigator.onLine ? { kind: 'reconnecting', attempt: 1 } : { kind: 'offline' });
        // After this reason, Socket.IO does not reconnect by itself.
        if (reason === 'io server disconnect') this.#socket.connect();
      })
      .on('connect_error', ({ message }) => {
        const code = REFUSALS[message];
        if (code) listener.onRefused(code);
      })
      .on('meeting:signal', (content) => listener.onAudio('meeting:signal', content))
      .on('meeting:audio-left', (content) => listener.onAudio('meeting:audio-left', content))
      .onAny((name: string, content: unknown) => {
        if (isOfRoom(content)) listener.onEvent({ ...content, name } as RoomEvent);
      });
    this.#socket.io.on('reconnect_attempt', (attempt) =>
      listener.onState(navigator.onLine ? { kind: 'reconnecting', attempt } : { kind: 'offline' }),
    );
    addEventListener('online', this.#hurry);
  }

  open() {
    this.#socket.connect();
  }

  get isConnected(): boolean {
    return this.#socket.connected;
  }

  /** @returns the code of a refusal, TIMEOUT, or undefined for a success */
  async enter(meetingId: string): Promise<string | undefined> {
    const { error } = await this.ask<{ error?: string }>('meeting:join', { meetingId });
    return error;
  }

  /** Sends a message. Resolves to its acknowledgement, or to `{ error: 'TIMEOUT' }`, also without a connection. */
  async ask<T>(name: string, content: object): Promise<T | { error: string }> {
    // Socket.IO would buffer the message and send it too late.
    if (!this.#socket.connected) return { error: 'TIMEOUT' };
    try {
      return await this.#socket.timeout(PATIENCE_MS).emitWithAck(name, content);
    } catch {
      return { error: 'TIMEOUT' };
    }
  }

  /** The round trip time to the service in ms; undefined without a connection or an answer. */
  async roundTripMs(): Promise<number | undefined> {
    if (!this.#socket.connected) return undefined;
    const askedAt = performance.now();
    const isAnswered = await new Promise<boolean>((resolve) => {
      const settle = (isAnswered: boolean) => {
        clearTimeout(timer);
        this.#socket.off('pong', answered);
        resolve(isAnswered);
      };
      const answered = () => settle(true);
      const timer = setTimeout(settle, PATIENCE_MS, false);
      this.#socket.once('pong', answered).emit('ping');
    });
    return isAnswered ? performance.now() - askedAt : undefined;
  }

  close() {
    this.#isClosed = true;
    removeEventListener('online', this.#hurry);
    this.#socket.disconnect();
  }

  /** Reconnects at once when the network is back. */
  readonly #hurry = () => {
    if (this.#socket.connected) return;
    this.#socket.disconnect().connect();
  };
}

function isOfRoom(content: unknown): content is object {
  return typeof content === 'object' && content !== null && 'meetingId' in content && 'userId' in content;
}
