import { z } from 'zod';
import type { EncodedTimings } from './encoded.ts';
import { MergedTimings } from './merged-timings.ts';

/** The schema of timings in files of earlier runs and of other machines. */

/** Longer than any run. A damaged number must not create an array of all seconds before it. */
export const LONGEST_S = 31 * 24 * 3600;

export const figure = z.number().min(0);
export const count = z.int().min(0);
export const counts = z.record(z.string(), count);
/** Decoding checks `hdr`. A histogram without values has no minimum. */
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
const slowest = z.array(
  z.looseObject({
    ms: figure,
    atMs: figure.max(LONGEST_S * 1000),
    outcome: z.string(),
    userId: z.string(),
    meetingId: z.string().optional(),
  }),
);
export const operation = z.looseObject({
  ...latencies,
  drained: histogram.optional(),
  failed: histogram.optional(),
  response: histogram.optional(),
  lateStart: histogram.optional(),
  slowest: slowest.optional(),
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

/** Whether the texts of all histograms are complete. It takes as long as reading them. */
export function isDecodable(written: EncodedTimings): boolean {
  try {
    new MergedTimings([written]);
    return true;
  } catch {
    return false;
  }
}
