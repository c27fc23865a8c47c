import { z } from 'zod';
import type { EncodedTimings } from './encoded.ts';
import { MergedTimings } from './merged-timings.ts';

/** What files of earlier runs, and of other machines, have to be before anything is made of them. */

/** Runs are shorter; a damaged number must not make arrays of all seconds until then. */
export const LONGEST_S = 31 * 24 * 3600;

export const figure = z.number().min(0);
export const count = z.int().min(0);
export const counts = z.record(z.string(), count);
/** What is in `hdr` shows when it is decoded. One without values has no minimum. */
export const histogram = z.looseObject({
  hdr: z.string(),
  count,
  sumMs: figure,
  minMs: figure.nullable(),
  maxMs: figure,
});
const latencies = {
  outcomes: counts,
  ok: histogram.optional(),
  earliest: histogram.optional(),
};
const causes = z.array(
  z.looseObject({ cause: z.string(), outcome: z.string(), count, samples: z.array(z.string()) }),
);
export const operation = z.looseObject({
  ...latencies,
  drained: histogram.optional(),
  failed: histogram.optional(),
  response: histogram.optional(),
  lateStart: histogram.optional(),
  causes,
});
export const window = z.looseObject({
  index: z.int().min(0).max(LONGEST_S),
  users: figure,
  userMs: figure.optional(),
  operations: z.record(z.string(), z.looseObject(latencies)),
});
export const timings = z.looseObject({
  operations: z.record(z.string(), operation),
  windows: z.array(window),
});

export const UNDECODABLE = 'its latencies cannot be decoded';

/** Whether the texts of all histograms are whole. It takes as long as reading them does. */
export function isDecodable(written: EncodedTimings): boolean {
  try {
    new MergedTimings([written]);
    return true;
  } catch {
    return false;
  }
}
