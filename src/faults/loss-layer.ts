import type { Route } from '../kernel/reach.ts';
import type { RequestContext } from '../request-context/request-context.ts';

/** What was lost since the loss began, of everything that could have been. */
export interface LossCounts {
  readonly lost: number;
  readonly of: number;
  /** The parts in words: `up 12 of 40, down 9 of 38`. */
  readonly parts: string;
}

/** The ways of some participants to the service, on which loss is inflicted together. */
export interface LossyWays {
  /** A participant's own route to the service, where the layer needs one. */
  route?(number: number): Promise<Route>;
  /** Or what is put around a participant's calls. */
  wrap?(number: number, context: RequestContext): RequestContext;
  lose(percent: number): Promise<void>;
  heal(): Promise<void>;
  counts(): Promise<LossCounts>;
  /** Takes down what was put up for these ways. */
  close?(): Promise<void>;
}

/** Where packets, segments or exchanges are lost. A result without its layer says nothing. */
export interface LossLayer {
  readonly name: 'application' | 'TCP model' | 'kernel';
  /** What is lost, and counted. */
  readonly unit: string;
  /** `name` is that of a group of participants, unique in the run of a test. */
  open(name: string): Promise<LossyWays>;
  /** Once the loss ends, what connections still hold passes at once, and in order. */
  readonly catchesUpAtOnce: boolean;
  /** The share of operations that can be done within the deadline, by arithmetic; unknown where there is no model. */
  expectedShare(lossPercent: number): number | undefined;
}
