import { z } from 'zod';

/**
 * Accepts the same values as the schema and returns them unchanged: the reports of long runs are large, and a copy of
 * each is avoided.
 */
export function asWritten<T>(schema: z.ZodType): z.ZodType<T> {
  return z.unknown().transform((value, context) => {
    const { error } = schema.safeParse(value);
    for (const { path, message } of error?.issues ?? []) context.addIssue({ code: 'custom', path, message });
    return value as T;
  });
}
