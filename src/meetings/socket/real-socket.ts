import { io, type Socket } from 'socket.io-client';
import { Encoder } from 'socket.io-parser';
import { arrivals } from '../../kernel/arrivals.ts';
import { LARGEST_ANSWER } from '../../request-context/answer-body.ts';
import { socketAddress } from '../socket-address.ts';
import { BoundedDecoder } from './bounded-decoder.ts';
import type { RoomSocket, RoomSocketOptions, SocketListener } from './room-socket.ts';
import { MOST_UNSENT, reasonOf } from './too-large.ts';

/** The client that real users have: `socket.io-client`. */
export class RealSocket implements RoomSocket {
  readonly heldMs = 0;
  readonly #socket: Socket;

  constructor(options: RoomSocketOptions, listener: SocketListener) {
    const { credentials, policy, socket, timeoutMs } = options;
    const { auth, query, headers } = credentials();
    const address = socketAddress(options, socket);
    this.#socket = io(address.url, {
      ...address.options,
      autoConnect: false,
      // Participants would share one connection without it.
      forceNew: true,
      // Polling first breaks past one or two thousand clients, so `websocket` alone is usual.
      transports: [...(socket?.transports ?? ['websocket'])],
      reconnection: policy?.kind === 'socket.io',
      ...(policy ? { reconnectionDelay: policy.delayMs, reconnectionDelayMax: policy.maxMs } : {}),
      ...(policy?.kind === 'socket.io' ? { randomizationFactor: policy.factor } : {}),
      ...(auth ? { auth: (send: (auth: object) => void) => send(credentials().auth ?? {}) } : {}),
      ...(query ? { query: { ...query } } : {}),
      ...(headers ? { extraHeaders: { ...headers } } : {}),
      timeout: timeoutMs,
      parser: { Encoder, Decoder: BoundedDecoder },
      // Handed on to `ws`, whose own limit is 100 MB; the types are those of browsers.
      ...({ maxPayload: LARGEST_ANSWER } as object),
    });
    this.#socket.onAny((name: string, ...values: unknown[]) => {
      if (listener.hears(name)) listener.onEvent(name, values);
      arrivals.nextMessage();
    });
    this.#socket.on('connect', () => listener.onConnect());
    this.#socket.on('disconnect', (reason, details) =>
      listener.onDisconnect(reasonOf(reason, errorIn(details))),
    );
    this.#socket.io.on('open', () => endWhereNotRead(this.#socket.io.engine));
    this.#socket.on('connect_error', (error) => listener.onConnectError(error));
    this.#socket.io.on('reconnect_attempt', () => listener.onAttempt());
  }

  get isConnected(): boolean {
    return this.#socket.connected;
  }

  get id(): string | undefined {
    return this.#socket.id;
  }

  connect(): void {
    this.#socket.connect();
  }

  disconnect(): void {
    this.#socket.disconnect();
  }

  emit(name: string, values: readonly unknown[], acknowledged?: (...values: unknown[]) => void): void {
    if (acknowledged) this.#socket.emit(name, ...values, acknowledged);
    else this.#socket.emit(name, ...values);
  }

  closeEngine(): void {
    this.#socket.io.engine.close();
  }

  dispose(): void {
    this.#socket.io.reconnection(false);
    this.#socket.disconnect();
    this.#socket.removeAllListeners().io.removeAllListeners();
    this.#socket.offAny();
  }
}

/** Engine.IO hides the error of `ws` in its own. */
function errorIn(details: unknown): unknown {
  const { description } = (details ?? {}) as { readonly description?: { readonly error?: unknown } };
  return description?.error ?? details;
}

/** The API of `ws` below an engine, whose types are those of browsers. */
interface WebSocketBelow {
  readonly bufferedAmount: number;
  on(event: 'ping' | 'message', listener: () => void): void;
  terminate(): void;
}

/** A service that sends pings and does not read would fill the memory with answers: its connection is closed. */
function endWhereNotRead({ transport }: Socket['io']['engine']): void {
  const { ws } = transport as unknown as { readonly ws?: WebSocketBelow };
  const look = () => {
    if (ws!.bufferedAmount >= MOST_UNSENT) ws!.terminate();
  };
  ws?.on('ping', look);
  ws?.on('message', look);
}
