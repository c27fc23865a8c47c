import type { EncodedHistogram } from '../../timings/latency-histogram.ts';
import type { Direction, Impairment } from '../impairment.ts';

/** The settings and the measured effect of a path, since it was opened or since `startOver`. */
export interface PathStats {
  /** A description of each active fault. */
  readonly faults: readonly string[];
  /** Numbers of connections. */
  readonly connections: ConnectionCounts;
  /** From participants to the service. */
  readonly up: DirectionStats;
  /** From the service to participants. */
  readonly down: DirectionStats;
}

/** Numbers of connections of a path, since it was opened or since `startOver`. */
export interface ConnectionCounts {
  /** Connections that participants opened. */
  opened: number;
  /** Connections that were ended by `reset()`. */
  reset: number;
  /** Connections that were ended by `close()`. */
  closed: number;
  /** Connections that were ended by the heal of a half-open fault that swallowed their bytes. */
  severed: number;
  /** Connections that the participant ended during the impaired handshake; they never reached the service. */
  abandoned: number;
  /** Connections that could not reach the service. */
  unreachable: number;
  /** Connections that are open now. */
  open: number;
  /** Those of the open connections that are still in an impaired handshake. */
  connecting: number;
}

/** What happened to the bytes in one direction of a path: `up` is from participants to the service. */
export interface DirectionStats {
  /** `up` or `down`. */
  readonly direction: Direction;
  /** The impairment that is set now. */
  readonly set: Impairment;
  /** Bytes from the sender. Each byte is passed, held, swallowed (half-open) or dropped (connection ended). */
  readonly receivedBytes: number;
  /** Bytes that were passed on. */
  readonly passedBytes: number;
  /** Bytes that wait, and pass after the heal. */
  readonly heldBytes: number;
  /** Bytes that disappeared without notice. */
  readonly swallowedBytes: number;
  /** Bytes of connections that were ended. */
  readonly droppedBytes: number;
  /** TCP segments that were sent while a loss was set. */
  readonly segments: number;
  /** Transmissions of these segments, with the repeated ones. */
  readonly transmissions: number;
  /** Transmissions that were lost. */
  readonly lost: number;
  /** Runs of lost transmissions: `lost / bursts` is the achieved mean burst. */
  readonly bursts: number;
  /** Repeated transmissions: after a timeout, and fast ones after later segments arrived. */
  readonly retransmissions: { readonly afterTimeout: number; readonly fast: number };
  /** The time from reading a piece to passing it on, for impaired or stalled pieces only. */
  readonly addedDelay?: EncodedHistogram;
}
