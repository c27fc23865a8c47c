import { z } from 'zod';

const percent = z
  .number('must be a number from 0 to 100')
  .min(0, 'must be a number from 0 to 100')
  .max(100, 'must be a number from 0 to 100');

const zeroOrMore = z.number('must be a number of 0 or more').min(0, 'must be a number of 0 or more');
const aboveZero = z.number('must be a number above 0').positive('must be a number above 0');

/** Each packet is lost on its own, with the same probability. */
export const bernoulliSchema = z.strictObject({ model: z.literal('bernoulli'), percent });

/**
 * Packets are lost in bursts: a path with a good and a bad state, and everything is lost in the bad one.
 * `lossPercent` is the share that is lost in the long run, `meanBurst` how many in a row on average.
 */
export const gilbertElliottSchema = z
  .strictObject({
    model: z.literal('gilbert-elliott'),
    lossPercent: percent,
    meanBurst: z.number('must be a number of 1 or more').min(1, 'must be a number of 1 or more'),
  })
  .refine(({ lossPercent, meanBurst }) => lossPercent / 100 <= meanBurst * (1 - lossPercent / 100), {
    path: ['meanBurst'],
    message: 'must be at least L / (1 - L), where L is the share that is lost',
  });

export const lossSchema = z.discriminatedUnion('model', [bernoulliSchema, gilbertElliottSchema], {
  error: () => 'must be "bernoulli" or "gilbert-elliott"',
});

/** What one direction of a path does to what passes through it. */
export const impairmentSchema = z.strictObject({
  /** One way. */
  latencyMs: zeroOrMore,
  /** How far the latency strays to either side. */
  jitterMs: zeroOrMore,
  /** Thousands of bits per second; unlimited when absent. */
  bandwidthKbps: aboveZero.optional(),
  loss: lossSchema.optional(),
});

export type Loss = Readonly<z.infer<typeof lossSchema>>;
export type Impairment = Readonly<z.infer<typeof impairmentSchema>>;

/** Both directions, as a participant sees them: `up` to the service, `down` from it. */
export interface PathImpairment {
  readonly up: Impairment;
  readonly down: Impairment;
}

/** Chances per packet of a Gilbert-Elliott path: `p` from the good state to the bad one, `r` back. */
export interface Transitions {
  readonly p: number;
  readonly r: number;
}

/** From loss L and mean burst B: r = 1/B, p = L / (B (1 - L)). */
export function toTransitions(loss: { lossPercent: number; meanBurst: number }): Transitions {
  const share = loss.lossPercent / 100;
  return { p: share / (loss.meanBurst * (1 - share)), r: 1 / loss.meanBurst };
}

/** The other way round: B = 1/r, L = p / (p + r). */
export function fromTransitions({ p, r }: Transitions): { lossPercent: number; meanBurst: number } {
  return { lossPercent: (100 * p) / (p + r), meanBurst: 1 / r };
}
