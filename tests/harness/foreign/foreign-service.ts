import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Server as SocketServer } from 'socket.io';

/** What a person or a test chooses when a service starts. */
export interface ForeignOptions {
  /** Names of seeded defects of this service. */
  readonly defects?: readonly string[];
  /** 0 or undefined: any free port. */
  readonly port?: number;
  /** Interval of the pings of Socket.IO, and the time for an answer. Default: 1000 ms. */
  readonly pingMs?: number;
  /** How long a participant without a connection stays in the roster. Default: 2000 ms. */
  readonly graceMs?: number;
  /** Seats of a room, where clients do not choose them. Default: 200. */
  readonly seats?: number;
  /** Where keys are written, and read again after a restart. Default: a temporary folder, removed at the end. */
  readonly folder?: string;
  /** Password of all accounts, where there are accounts. */
  readonly password?: string;
}

/** A running service. It can be reached over loopback only. */
export interface ForeignService {
  readonly url: string;
  /** What its contract file reads, and what a client needs to trust it. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** One of the services that the harness did not write. */
export interface ForeignKind {
  /** Path of its contract file in the project. */
  readonly contract: string;
  /** What each defect does. */
  readonly defects: Readonly<Record<string, string>>;
  start(options: ForeignOptions): Promise<ForeignService>;
}

export const DEFAULT_PING_MS = 1000;
export const DEFAULT_GRACE_MS = 2000;

/** Load balancers and clients keep idle connections for a minute. */
export const KEEP_ALIVE_MS = 65_000;

/** A message or a body of a client is a few hundred bytes. */
export const LIMIT_BYTES = 16_384;

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/**
 * Call it before the server listens. The returned function cuts every connection without a goodbye: clients that hear
 * "server disconnect" would not come back after a restart, and one that vanished would hold the end up for 30 s.
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
