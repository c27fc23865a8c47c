import type { z } from 'zod';
import type { Via } from '../../../kernel/reach.ts';
import type { Direction, PathImpairment } from '../../impairment.ts';
import type { PathStats } from '../path-stats.ts';

/** What the faults of a path add up to. The proxy obeys nothing else. */
export interface Line {
  impairment: PathImpairment;
  /** Bytes and ends of connections in these directions are held, and pass after the heal. */
  readonly stalled: Set<Direction>;
  /** Bytes and ends of connections in these directions disappear. */
  readonly swallowed: Set<Direction>;
  /** The path does not listen: the kernel refuses new connections. */
  isRefusing: boolean;
}

/** Set against achieved. */
export interface Proof {
  readonly isReal: boolean;
  /** What was achieved, in one clause. */
  readonly message: string;
}

type Settings = z.ZodObject<{ kind: z.ZodLiteral<string> }>;

/** Everything about one kind of fault. It stays in force until it is healed or its time to live is over. */
export interface FaultKind<Schema extends Settings = Settings> {
  /** Its kind and settings, with the rules of valid ones: an error lists all mistakes. */
  readonly settings: Schema;
  /** A fault replaces an earlier one of its kind; without this, the two add up. */
  readonly replacesEarlier?: boolean;
  /** One sentence for reports. */
  describe(fault: z.infer<Schema>): string;
  /** What the proxy does, as long as the fault is in force. */
  apply(line: Line, fault: z.infer<Schema>): void;
  /**
   * Whether the fault is real, while it is in force.
   * @param stats since the path was opened, or its counts were started over
   * @param via where participants connect
   */
  prove(fault: z.infer<Schema>, stats: PathStats, via: Via): Proof | Promise<Proof>;
}

/** Infers the type of the settings. */
export function faultKind<Schema extends Settings>(kind: FaultKind<Schema>): FaultKind<Schema> {
  return kind;
}
