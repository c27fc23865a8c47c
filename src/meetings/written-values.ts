import { z } from 'zod';

/** Values that several sections of contract files share. */

/** An optional key; editors show its meaning. */
export function optional<Schema extends z.ZodType>(schema: Schema, meaning: string) {
  return schema.optional().describe(meaning);
}

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
/** In ms. */
export const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Longer than any wait of a run, and small enough to add to any time. */
const LONGEST_MS = 3650 * UNITS.d;

/** `45s`, `10m`, in ms. `rule` completes "use …" in the sentence of the mistake. */
export function duration(rule: string) {
  return z
    .string(rule)
    .regex(DURATION, rule)
    .transform((written) => {
      const [, count, unit] = DURATION.exec(written) as unknown as [string, string, keyof typeof UNITS];
      return Number(count) * UNITS[unit];
    })
    .refine((ms) => ms <= LONGEST_MS, 'a duration of at most 3650d');
}

export const RANGE = /^(\d+)\.\.(\d+)$/;

/** The two numbers of `500..1500` in their written order; undefined for any other text. */
export function rangeIn(written: string): [number, number] | undefined {
  const found = RANGE.exec(written);
  return found ? [Number(found[1]), Number(found[2])] : undefined;
}
