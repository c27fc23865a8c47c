import { RealSocket } from './real-socket.ts';
import type { RoomSocket, RoomSocketOptions, SocketClient, SocketListener } from './room-socket.ts';
import { WireSocket } from './wire-socket.ts';

/** A socket of the requested kind, or the real client if the wire one lacks a feature that the contract needs. */
export function openSocket(
  client: SocketClient,
  options: RoomSocketOptions,
  listener: SocketListener,
): RoomSocket {
  return client === 'wire' && whyNotWire(options.socket) === undefined
    ? new WireSocket(options, listener)
    : new RealSocket(options, listener);
}

/** Why participants use the real client although the wire one is set; undefined if they use the wire one. */
export function whyNotWire(socket: RoomSocketOptions['socket']): string | undefined {
  const { transports = ['websocket'], namespace = '/' } = socket ?? {};
  if (transports.length !== 1 || transports[0] !== 'websocket')
    return `the wire socket supports only WebSocket, but the contract has transports: [${transports.join(', ')}]`;
  // Socket.IO's client reads it as a query.
  if (namespace.includes('?')) return `the wire socket supports no query in a namespace ("${namespace}")`;
  return undefined;
}
