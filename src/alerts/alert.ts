import { z } from 'zod';

const count = z.int().min(0);
const phase = z.enum(['load', 'chaos', 'bench', 'conduct']);
const of = z.string().describe('the crowd, the question, the experiment, or the set of benchmarks');

const streak = {
  runs: z
    .int()
    .min(1)
    .describe('runs in a row in which it was not well, without those that did not measure it'),
  since: z.iso.datetime().describe('when the first of them began'),
};

const degraded = z.object({
  kind: z.enum(['target', 'check', 'regression']),
  phase,
  of,
  what: z.string().describe('the target as written, the check, or the metric'),
  says: z.string().describe('by how much and against what, for people'),
  value: z.number().nullable().describe('null where there is no data, and for checks'),
  earliest: z
    .number()
    .optional()
    .describe('the least that the value of a latency can be, as far as the generator can tell'),
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
  of,
  what: z.string(),
  ...streak,
});

/** What is told of one run: the body of the generic JSON webhook, and what all other formats are written from. */
export const alertSchema = z.object({
  schema: z.literal('fullhouse/alert/1'),
  status: z
    .enum(['degraded', 'trouble', 'recovered', 'interrupted', 'well', 'test'])
    .describe('the worst of the run; trouble: the harness could not judge, which proves nothing either way'),
  headline: z.string().describe('one line without anything from outside'),
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
  trouble: z
    .array(z.object({ phase, of, says: z.string() }))
    .describe('why there is no verdict: too few samples, a generator that cannot tell, a lost share'),
  recovered: z.array(recovered).describe('what was not well when it was measured last, and is now'),
  more: z
    .object({ degraded: count, trouble: count, recovered: count })
    .describe('how many were left out of the lists to keep the message short'),
  reports: z.array(z.string()).describe('paths, or in CI the address of the workflow run'),
});

export type Alert = z.infer<typeof alertSchema>;
export type Degraded = Alert['degraded'][number];
export type Recovered = Alert['recovered'][number];
export type Trouble = Alert['trouble'][number];

/** JSON Schema of the generic body, for those who receive it: what `docs/alert.schema.json` holds. */
export function alertJsonSchema(): object {
  return { title: 'the JSON alert of a fullhouse run', ...z.toJSONSchema(alertSchema) };
}
