import { isIP, connect as netConnect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { arrivals } from '../kernel/arrivals.ts';
import { wheel } from '../kernel/clock.ts';
import { bareHost, type Via } from '../kernel/reach.ts';
import type { Address } from './address.ts';
import { connectionOptions } from './connection-options.ts';
import { codedError } from './request-error.ts';

export interface ConnectorOptions {
  readonly address: Address;
  readonly via: Via | undefined;
  readonly localAddress: string | undefined;
  readonly timeoutMs: number;
  /** The sockets that are still connecting, so that they can be ended. */
  readonly connecting: Set<Socket>;
  connected(socket: Socket): void;
}

export interface Reader {
  /** `isShared`: the bytes may be overwritten after it. */
  read(socket: Socket, bytes: Buffer, length: number, isShared: boolean): void;
}

export type Connector = (
  reader: Reader,
  settled: (...result: [error: Error, socket: null] | [error: null, socket: Socket]) => void,
) => void;

const reader = Symbol('reader');
type Read = Socket & { [reader]: Reader };

/**
 * One buffer for the reads of all connections: data is handled within the callback, and copied if it is kept. Node would
 * allocate a new buffer of 64 kB for each read.
 */
const sharedReads = {
  buffer: Buffer.allocUnsafeSlow(65_536),
  callback(this: Socket, length: number, bytes: Uint8Array): boolean {
    arrivals.read(this);
    (this as Read)[reader].read(this, bytes as Buffer, length, true);
    return true;
  },
};

/**
 * Opens the connections of one context. There is no cache of TLS sessions: each participant does a full handshake, as real
 * users do. There are no TCP keep-alive probes, because each call has a timeout.
 */
export function connectorOf({
  address: { isSecure, hostname, port },
  via,
  localAddress,
  timeoutMs,
  connecting,
  connected,
}: ConnectorOptions): Connector {
  const own = connectionOptions({ isSecure, hostname, via, localAddress });
  const name = bareHost(hostname);
  // The server name (SNI) is the host name of the service, wherever the connection goes. IP addresses have no SNI (RFC 6066, 3).
  const tls = isSecure ? { servername: isIP(name) === 0 ? name : '', ALPNProtocols: ['http/1.1'] } : {};
  return (reads, settled) => {
    const to = { host: name, port, noDelay: true, ...tls, ...own };
    const socket: Socket = isSecure ? tlsConnect(to) : netConnect(withReads(to));
    if (isSecure) socket.on('data', (bytes: Buffer) => reads.read(socket, bytes, bytes.length, false));
    else (socket as Read)[reader] = reads;
    let isSettled = false;
    const settle = (error: Error | null) => {
      if (isSettled) return;
      isSettled = true;
      timeUp.cancel();
      connecting.delete(socket);
      if (error) settled(error, null);
      else {
        connected(socket);
        settled(null, socket);
      }
    };
    // The data of this turn's poll is read before the connect times out.
    const timeUp = wheel.after(timeoutMs, () =>
      setImmediate(() => {
        if (!isSettled)
          socket.destroy(codedError('UND_ERR_CONNECT_TIMEOUT', `no connection within ${timeoutMs} ms`));
      }),
    );
    connecting.add(socket);
    socket.once(isSecure ? 'secureConnect' : 'connect', () => settle(null));
    socket.on('error', settle);
    // The other side may close during the TLS handshake without an error.
    socket.once('close', () => {
      if (!isSettled)
        settle(codedError('ECONNRESET', 'the connection closed before its handshake was complete'));
    });
  };
}

/** Node's types do not have the option for this way to connect. */
function withReads<To extends object>(to: To): To {
  return Object.assign(to, { onread: sharedReads });
}
