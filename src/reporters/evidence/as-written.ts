import { z } from 'zod';

/**
 * Accepts what the schema accepts, and gives it back as it was written: the reports of long runs are large, and a copy of
 * each would be made otherwise.
 */
export function asWritten<T>(schema: z.ZodType): z.ZodType<T> {
  return z.unknown().transform((value, context) => {
    const { error } = schema.safeParse(value);
    for (const { path, message } of error?.issues ?? []) context.addIssue({ code: 'custom', path, message });
    return value as T;
  });
}
