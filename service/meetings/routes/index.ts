import type { FastifyInstance } from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import { requireUser } from '../../auth.ts';
import { failure } from '../../json-schema.ts';
import { controlRoutes } from './control.ts';
import { meetingRoutes } from './meetings.ts';
import { networkRoutes } from './network.ts';
import { seatRoutes } from './seats.ts';
import { type Dependencies, typed } from './typed.ts';

/** The routes under /api/v1/meetings as a plugin. All need a token. */
export function apiRoutes(app: FastifyInstance, dependencies: Dependencies, done: () => void) {
  app.setValidatorCompiler(validatorCompiler);
  app.addHook('onRequest', requireUser(dependencies.identify));
  app.addHook('onSend', async (_request, reply) => {
    // Proxies and browsers must not keep personal data.
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  app.addHook('onRoute', (route) => {
    route.schema = {
      tags: ['meetings'],
      security: [{ jwt: [] }],
      ...route.schema,
      response: { ...(route.schema?.response as object), '4xx': failure, '5xx': failure },
    };
  });
  const routes = typed(app);
  meetingRoutes(routes, dependencies);
  seatRoutes(routes, dependencies);
  controlRoutes(routes, dependencies);
  networkRoutes(routes, dependencies);
  done();
}
