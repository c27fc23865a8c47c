import type { EncodedHistogram } from '../../timings/latency-histogram.ts';
import type { Fault } from './fault.ts';
import type { Direction, Impairment } from './impairment.ts';

/** What the owner asks of the process of the link, over the IPC channel between them, and what it answers. */
export interface Commands {
  open: { ask: { path: string; upstream: Upstream; service?: Upstream }; answer: { port: number } };
  /**
   * The port of the path for connections to this server, or for clients that name theirs by SOCKS5. A listener is opened
   * when it is first asked for.
   */
  listen: { ask: { path: string; to: Upstream | 'socks5' }; answer: { port: number } };
  dispose: { ask: { path: string }; answer: null };
  inflict: { ask: { path: string; fault: Fault; ttlMs: number }; answer: { fault: number } };
  /** Without `fault`, all faults of the path. */
  heal: { ask: { path: string; fault?: number }; answer: null };
  /** Ends the live connections. */
  end: { ask: { path: string; by: 'reset' | 'close' }; answer: { connections: number } };
  stats: { ask: { path: string; startOver: boolean }; answer: PathStats };
}

export type Command = { [Type in keyof Commands]: { type: Type } & Commands[Type]['ask'] }[keyof Commands];

export interface Request {
  readonly id: number;
  readonly command: Command;
}

export type Answer =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly mistake: string };

export interface Upstream {
  readonly host: string;
  readonly port: number;
}

/** Set against achieved: what a path was told to do, and what it did. Cumulative since it was opened or started over. */
export interface PathStats {
  readonly path: string;
  /** How long it has been counting: rates are bytes by this. */
  readonly countedMs: number;
  readonly faults: readonly { readonly id: number; readonly what: string; readonly expiresInMs: number }[];
  readonly connections: ConnectionCounts;
  readonly up: DirectionStats;
  readonly down: DirectionStats;
}

export interface ConnectionCounts {
  /** Accepted from participants. */
  opened: number;
  /** Of these, ended by `reset()`, by `close()`, or because a half-open fault had taken bytes from them. */
  reset: number;
  closed: number;
  severed: number;
  /** Ended by the participant before the impaired handshake was over; the service never saw these. */
  abandoned: number;
  /** The service could not be reached. */
  unreachable: number;
  /** Now: accepted and not ended, and of these, still in an impaired handshake. */
  open: number;
  connecting: number;
}

export interface DirectionStats {
  readonly direction: Direction;
  readonly set: Impairment;
  /** Read from the sender. All of it is passed on, held, swallowed (half-open) or dropped (connection ended). */
  readonly receivedBytes: number;
  readonly passedBytes: number;
  readonly heldBytes: number;
  readonly swallowedBytes: number;
  readonly droppedBytes: number;
  /** TCP segments that were sent while a loss was set, their transmissions, and how many of these were lost. */
  readonly segments: number;
  readonly transmissions: number;
  readonly lost: number;
  /** Runs of lost transmissions: `lost / bursts` is the achieved mean burst. */
  readonly bursts: number;
  readonly retransmissions: { readonly afterTimeout: number; readonly fast: number };
  /** From reading a piece to passing it on, of impaired or stalled pieces only. */
  readonly addedDelay?: EncodedHistogram;
}
