import { z } from 'zod';

const count = z.int().min(0);
const phase = z.enum(['load', 'capacity', 'soak', 'chaos', 'bench', 'conduct']);
const scope = z.string().describe('the crowd, the question, the experiment, or the set of benchmarks');

const streak = {
  runs: z.int().min(1).describe('bad runs in a row, without the runs that did not measure it'),
  since: z.iso.datetime().describe('when the first of them began'),
};

const degraded = z.object({
  kind: z.enum(['target', 'check', 'regression']),
  phase,
  scope,
  subject: z.string().describe('the target as written, the check, or the metric'),
  message: z.string().describe('by how much and compared with what, for people'),
  value: z.number().nullable().describe('null where there is no data, and for checks'),
  earliest: z.number().optional().describe('the smallest possible value of a latency'),
  limit: z.number().nullable(),
  before: z.number().nullable().describe('of a regression'),
  ratio: z.number().nullable().describe('value ÷ limit, or value ÷ before'),
  unit: z.string(),
  against: z.enum(['limit', 'baseline', 'series']).nullable(),
  ...streak,
});

const recovered = z.object({
  kind: z.enum(['target', 'check', 'regression', 'verdict']).describe('verdict: it can be judged again'),
  phase,
  scope,
  subject: z.string(),
  ...streak,
});

/** The alert of one run: the body of the generic JSON webhook, and the source of all other formats. */
export const alertSchema = z.object({
  schema: z.literal('fullhouse/alert/2'),
  status: z
    .enum(['degraded', 'problem', 'recovered', 'interrupted', 'ok', 'test'])
    .describe('the worst result of the run; problem: there is no complete verdict, which proves nothing'),
  headline: z.string().describe('one line of our own words'),
  answer: z
    .string()
    .optional()
    .describe('the verdict of the run with its cause in one sentence; absent without a run'),
  run: z.object({
    id: z.string(),
    at: z.iso.datetime().describe('when its first phase began'),
    commit: z.string().nullable(),
  }),
  phases: z.array(
    z.object({
      kind: phase,
      name: z.string(),
      service: z.string().describe('`reference`, or the address of the attached service'),
      verdict: z.enum(['passed', 'failed', 'inconclusive', 'interrupted']),
    }),
  ),
  degraded: z.array(degraded),
  problems: z
    .array(z.object({ phase, scope, message: z.string() }))
    .describe('why there is no verdict: too few samples, an overloaded load generator, a lost slice'),
  recovered: z.array(recovered).describe('bad when it was measured last, and good now'),
  more: z
    .object({ degraded: count, problems: count, recovered: count })
    .describe('entries that the lists leave out to keep the message short'),
  reports: z.array(z.string()).describe('paths, or in CI the address of the workflow run'),
});

export type Alert = z.infer<typeof alertSchema>;
export type Degraded = Alert['degraded'][number];
export type Recovered = Alert['recovered'][number];
export type Problem = Alert['problems'][number];
