import { RealSocket } from './real-socket.ts';
import type { RoomSocket, RoomSocketOptions, SocketClient, SocketListener } from './room-socket.ts';
import { WireSocket } from './wire-socket.ts';

/** A socket of the kind that was asked for, or the real client where the wire one cannot do what the contract needs. */
export function openSocket(
  client: SocketClient,
  options: RoomSocketOptions,
  listener: SocketListener,
): RoomSocket {
  return client === 'wire' && whyNotWire(options.socket) === undefined
    ? new WireSocket(options, listener)
    : new RealSocket(options, listener);
}

/** Why participants use the real client though the wire one is set; undefined where they need not. */
export function whyNotWire(socket: RoomSocketOptions['socket']): string | undefined {
  const { transports = ['websocket'], namespace = '/' } = socket ?? {};
  if (transports.length !== 1 || transports[0] !== 'websocket')
    return `the wire socket uses WebSocket alone, and the contract has transports: [${transports.join(', ')}]`;
  // Socket.IO's client takes it for a query.
  if (namespace.includes('?')) return `the wire socket takes no query in a namespace ("${namespace}")`;
  return undefined;
}
