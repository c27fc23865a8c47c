import type { TestCase } from '@playwright/test/reporter';
import { z } from 'zod';

type Annotation = TestCase['annotations'][number];

/** The role of a test in a load test. Reporters read this annotation, never the title of the test. */
const purposeSchema = z.enum(['slice', 'counts', 'schedule', 'target', 'comparison', 'verdict']);
export type Purpose = z.infer<typeof purposeSchema>;

export function purpose(description: Purpose): Annotation {
  return { type: 'purpose', description };
}

export function purposeOf(annotations: readonly Annotation[]): Purpose | undefined {
  return annotated('purpose', annotations, purposeSchema);
}

/** Why a test failed. Allure sorts results by this annotation, and never by the message of the error. */
const failureSchema = z.enum(['target missed', 'check failed', 'slower', 'inconclusive', 'harness error']);
export type FailureKind = z.infer<typeof failureSchema>;

export function failureKind(description: FailureKind): Annotation {
  return { type: 'failure', description };
}

export function failureKindOf(annotations: readonly Annotation[]): FailureKind | undefined {
  return annotated('failure', annotations, failureSchema);
}

function annotated<Value extends string>(
  type: string,
  annotations: readonly Annotation[],
  schema: z.ZodType<Value>,
): Value | undefined {
  const found = annotations.findLast((one) => one.type === type);
  return schema.safeParse(found?.description).data;
}
