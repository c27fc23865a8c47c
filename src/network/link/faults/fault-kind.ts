import type { z } from 'zod';
import type { Via } from '../../../kernel/reach.ts';
import type { Direction, PathImpairment } from '../../impairment.ts';
import type { PathStats } from '../path-stats.ts';

/** The sum of all faults of a path. The proxy uses nothing else. */
export interface Line {
  impairment: PathImpairment;
  /** Bytes and ends of connections in these directions are held, and pass after the heal. */
  readonly stalled: Set<Direction>;
  /** Bytes and ends of connections in these directions disappear. */
  readonly swallowed: Set<Direction>;
  /** The path does not listen: the kernel refuses new connections. */
  isRefusing: boolean;
}

/** Whether a fault really has its effect. */
export interface Proof {
  readonly isReal: boolean;
  /** The measured effect, in one clause. */
  readonly message: string;
}

type Settings = z.ZodObject<{ kind: z.ZodLiteral<string> }>;

/** One kind of fault. A fault is active until it is healed or its time to live is over. */
export interface FaultKind<Schema extends Settings = Settings> {
  /** The schema of the kind and its settings. Its messages are the rules that an error lists. */
  readonly settings: Schema;
  /** Whether a fault replaces an earlier fault of its kind; otherwise both are active. */
  readonly replacesEarlier?: boolean;
  /** One sentence for reports. */
  describe(fault: z.infer<Schema>): string;
  /** Adds the effect of an active fault to the line. */
  apply(line: Line, fault: z.infer<Schema>): void;
  /**
   * Checks an active fault.
   * @param stats counted since the path was opened, or since `startOver`
   * @param via the address to which participants connect
   */
  prove(fault: z.infer<Schema>, stats: PathStats, via: Via): Proof | Promise<Proof>;
}

/** Makes TypeScript infer the type of the settings. */
export function faultKind<Schema extends Settings>(kind: FaultKind<Schema>): FaultKind<Schema> {
  return kind;
}
