import { z } from 'zod';
import {
  bernoulliSchema,
  fromTransitions,
  gilbertElliottSchema,
  type Loss,
  lossSchema,
} from '../impairment.ts';
import { aboveZeroTo, numberFrom } from '../settings.ts';

/** Ten minutes: longer than any call or connection waits, and far below what timers of Node hold. */
const MOST_MS = 600_000;
/** A terabit per second: more than any line has. */
const MOST_KBPS = 1_000_000_000;

const timeMs = numberFrom(0, MOST_MS);
const speedKbps = aboveZeroTo(MOST_KBPS);
const chance = aboveZeroTo(1);
const text = (what: string) => z.string(`must be ${what}`).trim().min(1, `must be ${what}`);

/** A Gilbert-Elliott loss as some sources give it: chances per packet to get into the bad state, and out of it. */
const transitionsSchema = z.strictObject({ model: z.literal('gilbert-elliott'), p: chance, r: chance });

const writtenLossSchema = z.union([bernoulliSchema, gilbertElliottSchema, transitionsSchema], {
  error: () =>
    'must have a model and its numbers: "bernoulli" with percent, "gilbert-elliott" with lossPercent and meanBurst or with p and r',
});

const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** A file in network-profiles/: values of the line itself, with no correction for the tool that imitates it. */
export const profileFileSchema = z
  .strictObject(
    {
      $schema: z.string().optional(),
      aliases: z
        .array(z.string().regex(kebab, 'must be words of small letters and digits, joined by "-"'))
        .optional()
        .describe('Further names of this profile.'),
      downKbps: speedKbps
        .optional()
        .describe('To the participant, in thousands of bits per second. Unlimited when absent.'),
      upKbps: speedKbps
        .optional()
        .describe('From the participant, in thousands of bits per second. Unlimited when absent.'),
      rttMs: timeMs.optional().describe('There and back, half of it each way.'),
      oneWayMs: timeMs.optional().describe('In each direction; instead of rttMs.'),
      jitterMs: timeMs.optional().describe('How far the latency of a direction strays to either side.'),
      loss: writtenLossSchema.optional().describe('In each direction.'),
      source: z
        .strictObject(
          { name: text('the name of the source'), what: text('what in the source has these numbers') },
          { error: () => 'must be an object with name and what' },
        )
        .describe('Where the numbers come from.'),
    },
    { error: () => 'a profile must be an object' },
  )
  .refine(({ rttMs, oneWayMs }) => rttMs === undefined || oneWayMs === undefined, {
    path: ['oneWayMs'],
    message: 'must be absent where rttMs is given',
  })
  .refine(
    ({ downKbps, upKbps, rttMs, oneWayMs, loss }) =>
      [downKbps, upKbps, rttMs, oneWayMs, loss].some((value) => value !== undefined),
    {
      message: 'a profile must have at least one of downKbps, upKbps, rttMs, oneWayMs, loss',
    },
  );

export type ProfileFile = z.infer<typeof profileFileSchema>;

/** Loss as the link takes it. */
export function readLoss(written: NonNullable<ProfileFile['loss']>): Loss {
  return 'p' in written
    ? { model: 'gilbert-elliott', ...fromTransitions(written) }
    : lossSchema.parse(written);
}
