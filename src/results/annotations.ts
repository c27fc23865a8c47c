import type { TestCase } from '@playwright/test/reporter';
import { z } from 'zod';

type Annotation = TestCase['annotations'][number];

/** The name of a test's Playwright project. */
export function projectOf({ parent }: Pick<TestCase, 'parent'>): string {
  return parent.project()?.name ?? '';
}

/**
 * Annotations for programs start with a low line: Playwright's HTML report does not show them. Blob reports of earlier
 * versions have them without it.
 */
function forPrograms(type: string, description: string): Annotation {
  return { type: `_${type}`, description };
}

function isOfType(type: string, annotation: Annotation): boolean {
  return annotation.type === `_${type}` || annotation.type === type;
}

/** What a test of a verdict judges. Reporters read this annotation, never the title or the file of the test. */
const purposeSchema = z.enum(['counts', 'schedule', 'target', 'comparison', 'verdict']);
export type Purpose = z.infer<typeof purposeSchema>;

export function purpose(description: Purpose): Annotation {
  return forPrograms('purpose', description);
}

export function purposeOf(annotations: readonly Annotation[]): Purpose | undefined {
  return annotated('purpose', annotations, purposeSchema);
}

/** Why a test failed. Allure sorts results by this annotation, and never by the message of the error. */
const failureSchema = z.enum(['target missed', 'check failed', 'slower', 'inconclusive', 'harness error']);
export type FailureKind = z.infer<typeof failureSchema>;

export function failureKind(description: FailureKind): Annotation {
  return forPrograms('failure', description);
}

export function failureKindOf(annotations: readonly Annotation[]): FailureKind | undefined {
  return annotated('failure', annotations, failureSchema);
}

/** The name of the load test of which a test is a slice. */
export function sliceOf(description: string): Annotation {
  return forPrograms('slice of', description);
}

/** The names of the load tests of which slices are among these tests. */
export function loadTestsOf(tests: readonly Pick<TestCase, 'annotations'>[]): string[] {
  const slices = tests.flatMap(({ annotations }) => annotations.filter((one) => isOfType('slice of', one)));
  return [...new Set(slices.map(({ description = '' }) => description))];
}

/** A sentence about a file that the test could not write. The console prints it below the verdict, once for a run. */
export function notWritten(description: string): Annotation {
  return forPrograms('not written', description);
}

export function notWrittenOf(annotations: readonly Annotation[]): string[] {
  return annotations.flatMap((one) => (isOfType('not written', one) ? (one.description ?? []) : []));
}

function annotated<Value extends string>(
  type: string,
  annotations: readonly Annotation[],
  schema: z.ZodType<Value>,
): Value | undefined {
  const found = annotations.findLast((one) => isOfType(type, one));
  return schema.safeParse(found?.description).data;
}
