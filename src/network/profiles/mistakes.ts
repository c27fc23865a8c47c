import { relative } from 'node:path';
import type { z } from 'zod';
import { profileFileSchema } from './schema.ts';

const FIELDS = Object.keys(profileFileSchema.shape).filter((field) => field !== '$schema');

/** A line for every mistake in a profile's file: the file, the field with its value, the rule. */
export function profileMistakes(path: string, content: unknown, error: z.ZodError): string {
  const file = relative(process.cwd(), path);
  return error.issues
    .flatMap((issue) => sentences(issue, content))
    .map((sentence) => `${file}: ${sentence}.`)
    .join('\n');
}

function sentences(issue: z.core.$ZodIssue, content: unknown): string[] {
  const field = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const place = field === '' ? '' : ` in ${field}`;
    const remedy = field === '' ? `. Use some of: ${FIELDS.join(', ')}` : '';
    return issue.keys.map((key) => `there is no field "${key}"${place}${remedy}`);
  }
  if (field === '') return [`a profile ${issue.message}`];
  const value = issue.path.reduce<unknown>(
    (inside, key) => (inside as Record<PropertyKey, unknown> | undefined)?.[key],
    content,
  );
  return [
    value === undefined
      ? `${field} is missing: it ${issue.message}`
      : `${field} is ${JSON.stringify(value)}, but ${issue.message}`,
  ];
}
