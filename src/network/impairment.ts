import { z } from 'zod';
import { assertNever } from '../kernel/errors.ts';
import { aboveZero, numberFrom, percent } from './settings.ts';

/** `up` is from the participant to the service, `down` from the service to the participant. */
export type Direction = 'up' | 'down';

export const DIRECTIONS: readonly Direction[] = ['up', 'down'];

/** Each packet is lost on its own, with the same probability. */
export const bernoulliSchema = z.strictObject({ model: z.literal('bernoulli'), percent });

/**
 * Packets are lost in bursts: a path has a good and a bad state, and the bad state loses all packets.
 * `lossPercent` is the percentage that is lost in the long run, `meanBurst` the mean number of losses in a row.
 */
export const gilbertElliottSchema = z
  .strictObject({
    model: z.literal('gilbert-elliott'),
    lossPercent: percent,
    meanBurst: z.number('must be a number of 1 or more').min(1, 'must be a number of 1 or more'),
  })
  // Between two bursts, at least one packet passes.
  .refine(({ lossPercent, meanBurst }) => lossPercent / 100 <= meanBurst * (1 - lossPercent / 100), {
    path: ['meanBurst'],
    message: 'must be at least L / (1 - L), where L is the share that is lost',
  });

export const lossSchema = z.discriminatedUnion('model', [bernoulliSchema, gilbertElliottSchema], {
  error: () => 'must be "bernoulli" or "gilbert-elliott"',
});

const timeMs = numberFrom(0, 60_000);

/**
 * The impairment of one direction of a path; an absent field impairs nothing. Bytes stay in order, so late bytes delay the
 * bytes behind them. All connections of a path share its bandwidth, which counts the bytes that TCP carries. Loss has the
 * effect that it has with TCP: it delays bytes by retransmissions, and never removes them.
 */
const impairmentSchema = z.strictObject({
  /** One way. */
  latencyMs: timeMs.optional(),
  /** The largest deviation from the latency; uniformly distributed. */
  jitterMs: timeMs.optional(),
  /** Thousands of bits per second. */
  bandwidthKbps: aboveZero.optional(),
  loss: lossSchema.optional(),
});

export const pathImpairmentSchema = z.strictObject({
  up: impairmentSchema.optional(),
  down: impairmentSchema.optional(),
});

export type Loss = Readonly<z.infer<typeof lossSchema>>;
/** What slows down or loses bytes in one direction. */
export type Impairment = Readonly<z.infer<typeof impairmentSchema>>;
/** The impairments of a path: one for each direction. */
export type PathImpairment = Readonly<z.infer<typeof pathImpairmentSchema>>;

export function isNothing({
  latencyMs = 0,
  jitterMs = 0,
  bandwidthKbps,
  loss,
  ...others
}: Impairment): boolean {
  others satisfies Record<string, never>;
  return latencyMs === 0 && jitterMs === 0 && bandwidthKbps === undefined && loss === undefined;
}

/** `up 100 ms ± 20 ms, 1000 kbit/s, loss 20% of TCP segments; down unimpaired` */
export function describeImpairment({ up = {}, down = {} }: PathImpairment): string {
  const [upwards, downwards] = [describeDirection(up), describeDirection(down)];
  return upwards === downwards ? `both ways ${upwards}` : `up ${upwards}; down ${downwards}`;
}

function describeDirection(impairment: Impairment): string {
  if (isNothing(impairment)) return 'unimpaired';
  const { latencyMs, jitterMs = 0, bandwidthKbps, loss, ...others } = impairment;
  others satisfies Record<string, never>;
  const parts: string[] = [];
  if (jitterMs > 0) parts.push(`${latencyMs ?? 0} ms ± ${jitterMs} ms`);
  else if (latencyMs !== undefined) parts.push(`${latencyMs} ms`);
  if (bandwidthKbps !== undefined) parts.push(`${bandwidthKbps} kbit/s`);
  if (loss) parts.push(describeLoss(loss));
  return parts.join(', ');
}

function describeLoss(loss: Loss): string {
  switch (loss.model) {
    case 'bernoulli':
      return `loss ${loss.percent}% of TCP segments`;
    case 'gilbert-elliott':
      return `loss ${loss.lossPercent}% of TCP segments in bursts of ${loss.meanBurst}`;
    default:
      return assertNever(loss);
  }
}

/** Probabilities per packet on a Gilbert-Elliott path: `p` from the good to the bad state, `r` back. */
interface Transitions {
  readonly p: number;
  readonly r: number;
}

/** From loss L and mean burst B: r = 1/B, p = L / (B (1 - L)). */
export function toTransitions(loss: { lossPercent: number; meanBurst: number }): Transitions {
  const share = loss.lossPercent / 100;
  return { p: share / (loss.meanBurst * (1 - share)), r: 1 / loss.meanBurst };
}

/** The inverse of `toTransitions`: B = 1/r, L = p / (p + r). */
export function fromTransitions({ p, r }: Transitions): { lossPercent: number; meanBurst: number } {
  return { lossPercent: (100 * p) / (p + r), meanBurst: 1 / r };
}
