import { isIP, connect as netConnect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { arrivals } from '../kernel/arrivals.ts';
import { wheel } from '../kernel/clock.ts';
import { bareHost, type Via } from '../kernel/reach.ts';
import type { Address } from './address.ts';
import { connectionOptions } from './connection-options.ts';

export interface ConnectorOptions {
  readonly address: Address;
  readonly via: Via | undefined;
  readonly localAddress: string | undefined;
  readonly timeoutMs: number;
  /** The sockets that are still connecting, so that they can be ended. */
  readonly connecting: Set<Socket>;
  connected(socket: Socket): void;
}

/** What reads a connection. */
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
 * One buffer for the reads of all connections: what is read is handled within the callback, and what is kept is copied.
 * Node would take a new one of 64 kB for each read.
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
 * Opens the connections of one context: without a cache of TLS sessions, since each participant pays a full handshake as
 * each real one does, and without probes of TCP, since each call has its time.
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
  // The server name (SNI) is that of the address, wherever the connection goes; an address has none (RFC 6066, 3).
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
    // What the poll of this turn brings is looked at first.
    const timeUp = wheel.after(timeoutMs, () =>
      setImmediate(() => {
        if (!isSettled) socket.destroy(new ConnectTimeout(timeoutMs));
      }),
    );
    connecting.add(socket);
    socket.once(isSecure ? 'secureConnect' : 'connect', () => settle(null));
    socket.on('error', settle);
    // Ended without an error: by the other side, in the middle of the handshake of TLS.
    socket.once('close', () => {
      if (!isSettled) settle(new ConnectionClosed());
    });
  };
}

class ConnectTimeout extends Error {
  readonly code = 'UND_ERR_CONNECT_TIMEOUT';

  constructor(timeoutMs: number) {
    super(`Connect Timeout Error (timeout: ${timeoutMs}ms)`);
  }
}

class ConnectionClosed extends Error {
  readonly code = 'ECONNRESET';

  constructor() {
    super('closed before the connection was there');
  }
}

/** Node's types know the option for other ways to connect alone. */
function withReads<To extends object>(to: To): To {
  return Object.assign(to, { onread: sharedReads });
}
