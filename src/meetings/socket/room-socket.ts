import type { Reach } from '../../kernel/reach.ts';
import type { SocketCredentials } from '../identities/credentials.ts';
import type { ReconnectPolicy } from '../reconnect-policy.ts';

/**
 * - `wire`: Socket.IO's protocol over a WebSocket with nothing around it; what crowds use.
 * - `socket.io`: the client that real users have; it can do more, and costs several times as much CPU.
 */
export type SocketClient = 'wire' | 'socket.io';

/** What a socket needs to know. */
export interface RoomSocketOptions extends Reach {
  readonly socket:
    | {
        readonly path?: string;
        readonly namespace?: string;
        readonly transports?: readonly ('websocket' | 'polling')[];
      }
    | undefined;
  /** Read at each attempt: a token may have been renewed. */
  readonly credentials: () => SocketCredentials;
  /** Only the policy `socket.io` is the socket's own work. */
  readonly policy: ReconnectPolicy | undefined;
  /** In ms; an attempt to connect ends after it. */
  readonly timeoutMs: number;
}

/** The one that hears of a socket. Each method is called while the data that caused it is read, and must not throw. */
export interface SocketListener {
  onConnect(): void;
  /** `reason` in Socket.IO's own words. It is called for a handshake that breaks off, too. */
  onDisconnect(reason: string): void;
  /** An attempt failed, or the service refused it; then the message is the service's. */
  onConnectError(error: Error): void;
  /** Socket.IO's own backoff begins an attempt. */
  onAttempt(): void;
  /** Whether events of this name are to be decoded. */
  hears(name: string): boolean;
  /** The values are shared between listeners: read them only. */
  onEvent(name: string, values: readonly unknown[]): void;
}

/** One Socket.IO connection of one participant, as far as a room needs it. */
export interface RoomSocket {
  readonly isConnected: boolean;
  /** Undefined while it is not connected. */
  readonly id: string | undefined;
  /**
   * How long the opening of the connection waited for this process between its steps, in ms: no time of the service. 0
   * where the client does not tell it.
   */
  readonly heldMs: number;
  connect(): void;
  /** Ends the connection; it is not opened again by itself. */
  disconnect(): void;
  /** @param acknowledged hears the answer that belongs to this message */
  emit(
    name: string,
    values: readonly unknown[],
    acknowledged?: (...values: readonly unknown[]) => void,
  ): void;
  /** Closes the engine under Socket.IO, as a fault of the client's own: it comes back by its policy. */
  closeEngine(): void;
  /** Disconnects for good: after it, the listener hears nothing. */
  dispose(): void;
}
