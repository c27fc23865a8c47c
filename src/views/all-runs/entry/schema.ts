import { z } from 'zod';

const figure = z.number().nullable();

const target = z.object({
  name: z.string().describe('the figure that it limits, equal in all runs: `p95`, `meeting.join p95`'),
  comparator: z.enum(['<', '<=', '>', '>=']),
  limit: z.number(),
  unit: z.string(),
  value: figure,
  state: z.enum(['met', 'missed', 'inconclusive']),
});

const phase = z.object({
  kind: z.enum(['load', 'capacity', 'soak', 'chaos', 'bench', 'conduct']),
  name: z.string().describe('the crowd; `questions`; `experiments`; `operations`'),
  at: z.iso.datetime().describe('when the phase began'),
  verdict: z.enum(['passed', 'failed', 'inconclusive', 'interrupted']),
  sentence: z.string().describe('the answer, for people'),
  moment: z
    .object({ hash: z.string(), text: z.string() })
    .nullable()
    .default(null)
    .describe('the part of the run that the answer is about: a place on its page, and its name'),
  service: z.string(),
  commit: z.string().nullable(),
  conditions: z
    .record(z.string(), z.string())
    .describe('settings and machine that decide the figures: phases with others are not comparable'),
  isProof: z.boolean().describe('whether its figures are valid, so that trends show them'),
  users: figure,
  durationS: figure,
  requests: figure,
  p50Ms: figure,
  p95Ms: figure,
  p99Ms: figure,
  errorRatePercent: figure,
  perSecond: figure,
  targets: z.array(target),
  durations: z
    .record(z.string(), z.object({ value: z.number(), unit: z.string() }))
    .describe(
      'of experiments: a time to recover, by its name; of a search: its capacity; empty in other phases',
    ),
});

/** The content of `entry.json`: what the page of all runs shows of one run. It is small, because that page reads many. */
export const entrySchema = z.object({
  schema: z.literal('fullhouse/entry/1'),
  runId: z.string(),
  phases: z.array(phase),
});

export type Entry = z.infer<typeof entrySchema>;
export type EntryPhase = z.infer<typeof phase>;
export type EntryTarget = z.infer<typeof target>;
