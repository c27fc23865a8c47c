import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { bearerToken, type Identify } from '../auth.ts';

/** Only pages from this machine may use the service. */
export const LOOPBACK_ORIGIN = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** The largest message. Messages of clients are small, and large ones must not fill the memory. */
const MAX_MESSAGE_BYTES = 16_384;

export type UserSocket = Socket<
  Record<string, (...values: unknown[]) => void>,
  Record<string, (...values: unknown[]) => void>,
  Record<string, never>,
  { userId: string }
>;

export function openSocketServer(
  http: HttpServer,
  options: { identify: Identify; pingIntervalMs: number; pingTimeoutMs: number },
): Server {
  const io = new Server(http, {
    pingInterval: options.pingIntervalMs,
    pingTimeout: options.pingTimeoutMs,
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
    cors: { origin: LOOPBACK_ORIGIN },
  });
  io.use((socket, next) => {
    const { token } = socket.handshake.auth;
    try {
      socket.data.userId = options.identify(
        typeof token === 'string' ? token : bearerToken(socket.handshake.headers.authorization),
      );
      next();
    } catch (error) {
      // The client gets the message of the error as its `connect_error`.
      next(error as Error);
    }
  });
  return io;
}
