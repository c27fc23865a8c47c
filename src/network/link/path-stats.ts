import type { EncodedHistogram } from '../../timings/latency-histogram.ts';
import type { Direction, Impairment } from '../impairment.ts';

/** Set against achieved, since the path was opened or its counts were started over. */
export interface PathStats {
  readonly path: string;
  /** The duration of the counting: divide bytes by it to get rates. */
  readonly countedMs: number;
  readonly faults: readonly { readonly id: number; readonly what: string; readonly expiresInMs: number }[];
  readonly connections: ConnectionCounts;
  readonly up: DirectionStats;
  readonly down: DirectionStats;
}

export interface ConnectionCounts {
  /** Accepted from participants. */
  opened: number;
  /** Opened ones that `reset()` or `close()` ended, or the heal of a half-open fault that had swallowed their bytes. */
  reset: number;
  closed: number;
  severed: number;
  /** The participant ended them before the impaired handshake was over; they never reached the service. */
  abandoned: number;
  /** The service could not be reached. */
  unreachable: number;
  /** Now: accepted and not ended; and those of them that are still in an impaired handshake. */
  open: number;
  connecting: number;
}

export interface DirectionStats {
  readonly direction: Direction;
  readonly set: Impairment;
  /** Read from the sender. Each byte is passed on, held, swallowed (half-open) or dropped (connection ended). */
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
