import type { Reach } from '../../kernel/reach.ts';
import type { SocketCredentials } from '../identities/credentials.ts';
import type { ReconnectPolicy } from '../reconnect-policy.ts';

/**
 * - `wire`: Socket.IO's protocol directly over a WebSocket; crowds use it.
 * - `socket.io`: the client of real users; it has more features, and costs several times as much CPU.
 */
export type SocketClient = 'wire' | 'socket.io';

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
  /** The socket itself performs only the policy `socket.io`. */
  readonly policy: ReconnectPolicy | undefined;
  /** In ms; an attempt to connect ends after it. */
  readonly timeoutMs: number;
}

/** The listener of a socket. Each method is called during the read of its data and must not throw. */
export interface SocketListener {
  onConnect(): void;
  /** `reason` in Socket.IO's words. Also called for an aborted handshake. */
  onDisconnect(reason: string): void;
  /** An attempt failed, or the service refused it with its message. */
  onConnectError(error: Error): void;
  /** Socket.IO's own backoff begins an attempt. */
  onAttempt(): void;
  /** Whether events of this name are to be decoded. */
  hears(name: string): boolean;
  /** The values are shared between listeners: treat them as read-only. */
  onEvent(name: string, values: readonly unknown[]): void;
}

/** The part of a participant's Socket.IO connection that a room needs. */
export interface RoomSocket {
  readonly isConnected: boolean;
  /** Undefined while it is not connected. */
  readonly id: string | undefined;
  /**
   * How long the opening of the connection waited for this process between its steps, in ms: not time of the service.
   * 0 if the client does not report it.
   */
  readonly heldMs: number;
  connect(): void;
  /** Ends the connection; it is not reopened automatically. */
  disconnect(): void;
  /** @param acknowledged receives the answer to this message */
  emit(
    name: string,
    values: readonly unknown[],
    acknowledged?: (...values: readonly unknown[]) => void,
  ): void;
  /** Closes the engine under Socket.IO, as a fault of the client: it reconnects by its policy. */
  closeEngine(): void;
  /** Disconnects permanently: afterwards, the listener is not called. */
  dispose(): void;
}
