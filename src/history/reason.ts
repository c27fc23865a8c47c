import { z } from 'zod';
import type { Judgement } from '../targets/judgement.ts';
import { unmetText } from '../targets/judgement-text.ts';

const kinds = [
  'not started',
  'stopped early',
  'one shard',
  'slice lost',
  'shard missing',
  'counts differ',
  'no target',
  'target missed',
  'target inconclusive',
  'wrong result',
  'nothing tested',
  'load generator',
  'regression',
  'not compared',
  'no capacity',
  'check failed',
  'check inconclusive',
  'experiment aborted',
  'benchmark problem',
  'not run',
  'other',
] as const;

/** Why a verdict is not "passed". Programs read the kind, the scope and the subject, never the message. */
export const reasonSchema = z.object({
  kind: z.enum(kinds).describe('"other": from a file of an earlier version'),
  scope: z
    .string()
    .optional()
    .describe('the operation of a benchmark, the experiment, or the question; absent for the whole phase'),
  subject: z.string().optional().describe('the target, the check, or the metric'),
  message: z.string().describe('for people'),
  hint: z.string().optional().describe('what to do'),
});

export type Reason = z.infer<typeof reasonSchema>;

/** The reason in one line: `storm: the roster is true failed: 3 too many`. */
export function reasonText({ scope, message, hint }: Reason): string {
  const text = hint === undefined ? message : `${message}. ${hint}`;
  return scope === undefined ? text : `${scope}: ${text}`;
}

/** The reason of a target that is not met. */
export function unmetReason(judgement: Judgement, details: readonly string[] = []): Reason {
  return {
    kind: judgement.state === 'missed' ? 'target missed' : 'target inconclusive',
    subject: judgement.target,
    message: unmetText(judgement, details),
  };
}
