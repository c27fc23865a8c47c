import { z } from 'zod';

/**
 * A schema as Fastify's serialiser and OpenAPI 3.0 read it. Answers are serialised by code compiled from it,
 * several times faster than `JSON.stringify` after a validation, and hold exactly the fields that it names.
 */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output' = 'output') {
  return z.toJSONSchema(schema, { target: 'openapi-3.0', io });
}

/** The contract's envelope of a success. */
export function success(data?: z.ZodType, more: z.ZodRawShape = {}) {
  return jsonSchema(
    z.object({ success: z.literal(true), ...(data ? { data } : { message: z.string() }), ...more }),
  );
}

/** The contract's envelope of a failure. */
export const failure = jsonSchema(
  z.object({
    success: z.literal(false),
    error: z.string(),
    message: z.string(),
    details: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
);
