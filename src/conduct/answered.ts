import { z } from 'zod';

/** `worth knowing`: opinions differ, so it is shown and fails nothing. */
const severities = ['defect', 'worth knowing'] as const;
export type Severity = (typeof severities)[number];

const sampleSchema = z.object({
  request: z.string().describe('method, path and the beginning of the body; or what was sent over a socket'),
  answer: z
    .string()
    .describe('status, code and the beginning of the body; or what came back over the socket'),
});

/** One request and the answer that it got, without tokens and secrets, cut to a readable length. */
export type Sample = z.infer<typeof sampleSchema>;

const findingSchema = z.object({
  name: z.string().describe('stable, such as `http-accepts-forged-token`; docs/conduct.md lists all'),
  severity: z.enum(severities),
  message: z.string().describe('one sentence'),
  samples: z.array(sampleSchema).describe('the first few'),
  more: z.int().min(0).describe('equal findings that are not among the samples'),
});

/** What the service does that a good one does not do. Equal findings of one question are one finding. */
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

/** How one question to the service was answered. */
export type Answered = z.infer<typeof answeredSchema>;
