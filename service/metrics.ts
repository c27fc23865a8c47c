import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Server } from 'socket.io';

export function exposeMetrics(
  app: FastifyInstance,
  { pool, io, bucketsS }: { pool: pg.Pool; io: Server; bucketsS: readonly number[] },
) {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the arrival of an HTTP request to the end of its answer',
    labelNames: ['method', 'path', 'status_code'],
    buckets: [...bucketsS],
    registers,
  });
  app.addHook('onResponse', async (request, reply) => {
    // The pattern of the route, never the address: ids would make a time series each.
    const path = request.routeOptions.url ?? 'unmatched';
    durations.observe(
      { method: request.method, path, status_code: reply.statusCode },
      reply.elapsedTime / 1000,
    );
  });

  new Gauge({
    name: 'socketio_connections',
    help: 'Open Socket.IO connections',
    registers,
    collect() {
      this.set(io.engine.clientsCount);
    },
  });
  new Gauge({
    name: 'pg_pool_connections',
    help: 'Database connections of the pool, and callers that wait for one',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'total' }, pool.totalCount);
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'waiting' }, pool.waitingCount);
    },
  });
  new Gauge({
    name: 'meetings_active_participants',
    help: 'Participants who are in a meeting now; NaN while the database does not answer',
    registers,
    async collect() {
      const count = pool.query<{ count: number }>(
        'select count(*)::int from participants where left_at is null',
      );
      this.set(await count.then(({ rows }) => rows[0]?.count ?? 0).catch(() => Number.NaN));
    },
  });

  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}
