import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Server as SocketServer } from 'socket.io';

/** The options of a service at its start. */
export interface ForeignOptions {
  /** Names of seeded defects of this service. */
  readonly defects?: readonly string[];
  /** 0 or undefined: any free port. */
  readonly port?: number;
  /** The ping interval and the ping timeout of Socket.IO. Default: 1000 ms. */
  readonly pingMs?: number;
  /** How long a participant without a connection stays in the roster. Default: 2000 ms. */
  readonly graceMs?: number;
  /** Seats of a room, if clients do not choose them. Default: 200. */
  readonly seats?: number;
  /** Folder of the keys, which a restart reads again. Default: a temporary folder, removed at the end. */
  readonly folder?: string;
  /** Password of all accounts, for a service with accounts. */
  readonly password?: string;
}

/** A running service, which listens on loopback only. */
export interface ForeignService {
  readonly url: string;
  /** The variables of its contract file, and those that a client needs to trust it. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** A service that is independent of the harness and of the reference service. */
export interface ForeignKind {
  /** Path of its contract file in the project. */
  readonly contract: string;
  /** The effect of each defect. */
  readonly defects: Readonly<Record<string, string>>;
  start(options: ForeignOptions): Promise<ForeignService>;
}

export const DEFAULT_PING_MS = 1000;
export const DEFAULT_GRACE_MS = 2000;

/** Load balancers and clients keep idle connections for a minute. */
export const KEEP_ALIVE_MS = 65_000;

/** The limit of a message or body. Clients send a few hundred bytes. */
export const LIMIT_BYTES = 16_384;

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/**
 * Call it before the server listens. The returned function destroys every connection without a disconnect message:
 * after a "server disconnect", clients would not return after a restart, and a vanished client would delay the end by
 * 30 s.
 */
export function cutter(server: Server, io: SocketServer): () => void {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return () => {
    io.engine.close();
    for (const socket of open) socket.destroy();
  };
}
