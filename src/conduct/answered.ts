import { z } from 'zod';

/** Opinions differ on a finding that is `worth knowing`. It is shown, and does not fail its question. */
const severities = ['defect', 'worth knowing'] as const;
export type Severity = (typeof severities)[number];

const sampleSchema = z.object({
  request: z.string().describe('method, path and the beginning of the body; or what was sent over a socket'),
  answer: z
    .string()
    .describe('status, code and the beginning of the body; or what came back over the socket'),
});

/** One request and its answer, without tokens and secrets, cut to a readable length. */
export type Sample = z.infer<typeof sampleSchema>;

const findingSchema = z.object({
  name: z.string().describe('stable, such as `http-accepts-forged-token`; docs/conduct.md lists all'),
  severity: z.enum(severities),
  message: z.string().describe('one sentence'),
  samples: z.array(sampleSchema).describe('the first few'),
  more: z.int().min(0).describe('equal findings that are not among the samples'),
});

/** A behaviour that a good service does not have. Equal findings of one question are merged. */
export type Finding = z.infer<typeof findingSchema>;

export const states = ['passed', 'failed', 'not applicable', 'inconclusive'] as const;
export type State = (typeof states)[number];

export const answeredSchema = z.object({
  schema: z.literal('fullhouse/conduct/2'),
  id: z.string().describe('the name of the question'),
  question: z.string(),
  state: z.enum(states),
  reason: z.string().nullable().describe('why it is not applicable or inconclusive'),
  findings: z.array(findingSchema),
  startedAt: z.iso.datetime(),
  durationMs: z.number(),
});

/** The result of one question. */
export type Answered = z.infer<typeof answeredSchema>;
