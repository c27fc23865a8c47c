import type { EncodedHistogram } from '../../timings/latency-histogram.ts';
import type { Direction, Impairment } from '../impairment.ts';

/** The settings and the measured effect of a path, since it was opened or since `startOver`. */
export interface PathStats {
  /** A description of each active fault. */
  readonly faults: readonly string[];
  readonly connections: ConnectionCounts;
  readonly up: DirectionStats;
  readonly down: DirectionStats;
}

export interface ConnectionCounts {
  /** Connections that participants opened. */
  opened: number;
  /** Connections that were ended by `reset()`, by `close()`, or by the heal of a half-open fault that swallowed their bytes. */
  reset: number;
  closed: number;
  severed: number;
  /** Connections that the participant ended during the impaired handshake; they never reached the service. */
  abandoned: number;
  /** Connections that could not reach the service. */
  unreachable: number;
  /** Connections that are open now, and those of them that are still in an impaired handshake. */
  open: number;
  connecting: number;
}

export interface DirectionStats {
  readonly direction: Direction;
  readonly set: Impairment;
  /** Bytes from the sender. Each byte is passed, held, swallowed (half-open) or dropped (connection ended). */
  readonly receivedBytes: number;
  readonly passedBytes: number;
  readonly heldBytes: number;
  readonly swallowedBytes: number;
  readonly droppedBytes: number;
  /** TCP segments that were sent while a loss was set, their transmissions, and the lost transmissions. */
  readonly segments: number;
  readonly transmissions: number;
  readonly lost: number;
  /** Runs of lost transmissions: `lost / bursts` is the achieved mean burst. */
  readonly bursts: number;
  readonly retransmissions: { readonly afterTimeout: number; readonly fast: number };
  /** The time from reading a piece to passing it on, for impaired or stalled pieces only. */
  readonly addedDelay?: EncodedHistogram;
}
