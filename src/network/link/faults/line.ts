import type { Direction, PathImpairment } from '../../impairment.ts';

/** What a fault can change of a path. A fault gets its own line, and the proxy adds up the lines of all active faults. */
export interface Line {
  /** Latency, jitter, bandwidth and loss, for each direction. Of several faults, the latest that sets it counts. */
  impairment: PathImpairment;
  /** Bytes and ends of connections in these directions are held, and pass after the heal. */
  readonly stalled: Set<Direction>;
  /** Bytes and ends of connections in these directions disappear. */
  readonly swallowed: Set<Direction>;
  /** The path does not listen: the kernel refuses new connections. */
  isRefusing: boolean;
}

/** A fault as the proxy gets it: data only, so the proxy runs no code of a fault. */
export interface LineFault {
  readonly kind: string;
  /** One sentence for reports. */
  readonly description: string;
  /** Whether it ends earlier faults of its kind; otherwise all are active. */
  readonly replacesEarlier: boolean;
  /** Absent if the fault impairs nothing. */
  readonly impairment?: PathImpairment;
  readonly stalled: readonly Direction[];
  readonly swallowed: readonly Direction[];
  readonly isRefusing: boolean;
}
