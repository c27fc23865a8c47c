import { z } from 'zod';
import {
  bernoulliSchema,
  fromTransitions,
  gilbertElliottSchema,
  type Loss,
  lossSchema,
} from '../impairment.ts';
import { aboveZeroTo, numberFrom } from '../settings.ts';

/** Ten minutes: longer than any wait of a call or connection, and far below the limit of Node's timers. */
const MOST_MS = 600_000;
/** A terabit per second: more than the rate of any line. */
const MOST_KBPS = 1_000_000_000;

const timeMs = numberFrom(0, MOST_MS);
const speedKbps = aboveZeroTo(MOST_KBPS);
const chance = aboveZeroTo(1);
const text = (what: string) => z.string(`must be ${what}`).trim().min(1, `must be ${what}`);

/** A Gilbert-Elliott loss by the probabilities per packet to enter and to leave the bad state, as some sources give it. */
const transitionsSchema = z.strictObject({ model: z.literal('gilbert-elliott'), p: chance, r: chance });

const writtenLossSchema = z.union([bernoulliSchema, gilbertElliottSchema, transitionsSchema], {
  error: () =>
    'must have a model and its numbers: "bernoulli" with percent, "gilbert-elliott" with lossPercent and meanBurst or with p and r',
});

const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** A file in network-profiles/: the values of the line itself, without a correction for the tool that imitates it. */
export const profileFileSchema = z
  .strictObject(
    {
      $schema: z.string().optional(),
      aliases: z
        .array(z.string().regex(kebab, 'must be words of lower-case letters and digits, joined by "-"'))
        .optional()
        .describe('Further names of this profile.'),
      downKbps: speedKbps
        .optional()
        .describe('To the participant, in thousands of bits per second. Unlimited when absent.'),
      upKbps: speedKbps
        .optional()
        .describe('From the participant, in thousands of bits per second. Unlimited when absent.'),
      rttMs: timeMs.optional().describe('The round-trip time; half of it applies in each direction.'),
      oneWayMs: timeMs.optional().describe('The latency in each direction, instead of rttMs.'),
      jitterMs: timeMs.optional().describe('The largest deviation of the latency, in each direction.'),
      loss: writtenLossSchema.optional().describe('In each direction.'),
      source: z
        .strictObject(
          {
            name: text('the name of the source'),
            what: text('the part of the source that has these numbers'),
          },
          { error: () => 'must be an object with name and what' },
        )
        .describe('Where the numbers come from.'),
    },
    { error: () => 'a profile must be an object' },
  )
  .refine(({ rttMs, oneWayMs }) => rttMs === undefined || oneWayMs === undefined, {
    path: ['oneWayMs'],
    message: 'must be absent when rttMs is given',
  })
  .refine(
    ({ downKbps, upKbps, rttMs, oneWayMs, loss }) =>
      [downKbps, upKbps, rttMs, oneWayMs, loss].some((value) => value !== undefined),
    {
      message: 'a profile must have at least one of downKbps, upKbps, rttMs, oneWayMs, loss',
    },
  );

/** Converts the loss of a file to the loss of the link. */
export function readLoss(written: z.infer<typeof writtenLossSchema>): Loss {
  return 'p' in written
    ? { model: 'gilbert-elliott', ...fromTransitions(written) }
    : lossSchema.parse(written);
}
