import { z } from 'zod';

/**
 * A schema for Fastify's serialiser and OpenAPI 3.0. Fastify compiles it to code that is several times faster than a
 * validation and `JSON.stringify`, and that writes exactly the fields of the schema.
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
