import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { z } from 'zod';
import { jsonSchema } from './json-schema.ts';

/** Serves the API description. Register it before the routes. */
export async function exposeOpenApi(app: FastifyInstance) {
  await app.register(swagger, {
    openapi: {
      openapi: '3.0.3',
      info: {
        title: 'Meetings service',
        description: 'The reference implementation of the meetings contract: HTTP part.',
        version: '1.0.0',
      },
      components: { securitySchemes: { jwt: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    },
    // Requests have zod schemas. Answers have JSON schemas, which are made from zod schemas.
    transform: ({ schema, url }) => ({
      url,
      schema: Object.fromEntries(
        Object.entries(schema ?? {}).map(([part, value]) => [
          part,
          value instanceof z.ZodType ? jsonSchema(value, 'input') : value,
        ]),
      ) as FastifySchema,
    }),
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}
