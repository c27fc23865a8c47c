import type { Route } from '../kernel/reach.ts';
import type { RequestContext } from '../request-context/request-context.ts';

/** What was lost since the loss began, and everything that could have been lost. */
export interface LossCounts {
  readonly lost: number;
  readonly of: number;
  /** The parts in words: `up 12 of 40, down 9 of 38`. */
  readonly parts: string;
}

/** The counts of both directions together. */
export function lossBothWays(up: Counts, down: Counts): LossCounts {
  const parts = `${up.lost} of ${up.of} up, ${down.lost} of ${down.of} down`;
  return { lost: up.lost + down.lost, of: up.of + down.of, parts };
}

type Counts = Pick<LossCounts, 'lost' | 'of'>;

/** The routes of some participants to the service. Loss is inflicted on all of them together. */
export interface LossyRoutes {
  /** A participant's own route to the service, where the layer needs one. */
  route?(number: number): Promise<Route>;
  /** Wraps the calls of a participant, where the layer needs that. */
  wrap?(number: number, context: RequestContext): RequestContext;
  lose(percent: number): Promise<void>;
  heal(): Promise<void>;
  counts(): Promise<LossCounts>;
  /** Closes these routes. */
  close?(): Promise<void>;
}

/** Where packets, segments or exchanges are lost. A result is meaningless without its layer. */
export interface LossLayer {
  readonly name: 'application' | 'TCP model' | 'kernel';
  /** The unit that is lost and counted. */
  readonly unit: string;
  /** `name`: a group of participants, unique within a test. */
  open(name: string): Promise<LossyRoutes>;
  /** Whether the bytes that connections still hold arrive at once, and in order, when the loss ends. */
  readonly catchesUpAtOnce: boolean;
  /** The share of operations that can be done within the deadline, by arithmetic; undefined without a model. */
  expectedShare(lossPercent: number): number | undefined;
}
