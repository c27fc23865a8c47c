import type { EventEmitter } from 'node:events';
import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Server } from 'socket.io';

const HEAP_AFTER = 'nodejs_heap_after_full_collection_bytes';

export function exposeMetrics(
  app: FastifyInstance,
  { pool, io, bucketsS }: { pool: pg.Pool; io: Server; bucketsS: readonly number[] },
) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  timeRequests(app, registry, bucketsS);
  countSockets(io, registry);
  measureHeap(app, registry);
  countInDatabase(pool, registry);
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}

function timeRequests(app: FastifyInstance, registry: Registry, bucketsS: readonly number[]) {
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the arrival of an HTTP request to the end of its answer',
    labelNames: ['method', 'path', 'status_code'],
    buckets: [...bucketsS],
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    // Uses the pattern of the route, because each id in an address would create a time series.
    const path = request.routeOptions.url ?? 'unmatched';
    durations.observe(
      { method: request.method, path, status_code: reply.statusCode },
      reply.elapsedTime / 1000,
    );
  });
}

function countSockets(io: Server, registry: Registry) {
  new Gauge({
    name: 'socketio_connections',
    help: 'Open Socket.IO connections',
    registers: [registry],
    collect() {
      this.set(io.engine.clientsCount);
    },
  });
  new Gauge({
    name: 'socketio_rooms',
    help: 'Rooms of Socket.IO: of each connection, of meetings, and of users in meetings',
    registers: [registry],
    collect() {
      this.set(io.of('/').adapter.rooms.size);
    },
  });
  new Gauge({
    name: 'socketio_listeners',
    help: 'Listeners of the emitters that all connections share',
    registers: [registry],
    collect() {
      this.set([io.engine, io.of('/').adapter].reduce((sum, emitter) => sum + listenersOf(emitter), 0));
    },
  });
  const messages = new Counter({
    name: 'socketio_messages_total',
    help: 'Messages of clients over Socket.IO',
    labelNames: ['message'],
    registers: [registry],
  });
  io.on('connection', (socket) => {
    // An unknown name must not create a time series.
    socket.onAny((name: string) => {
      messages.inc({ message: socket.listenerCount(name) > 0 ? name : 'unmatched' });
    });
  });
}

function listenersOf(emitter: EventEmitter): number {
  return emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);
}

/** The heap just after a full collection has no garbage, so it shows a leak much sooner than the heap at any other time. */
function measureHeap(app: FastifyInstance, registry: Registry) {
  const heap = new Gauge({
    name: HEAP_AFTER,
    help: 'Heap used just after the last full garbage collection',
    registers: [],
  });
  const observer = new PerformanceObserver((list) => {
    if (!list.getEntries().some(isFullCollection)) return;
    heap.set(process.memoryUsage().heapUsed);
    // Before the first full collection, the gauge would be 0.
    if (!registry.getSingleMetric(HEAP_AFTER)) registry.registerMetric(heap);
  });
  observer.observe({ entryTypes: ['gc'] });
  app.addHook('onClose', async () => observer.disconnect());
}

function isFullCollection(entry: PerformanceEntry): boolean {
  return (entry as { detail?: { kind?: number } }).detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}

function countInDatabase(pool: pg.Pool, registry: Registry) {
  new Gauge({
    name: 'pg_pool_connections',
    help: 'Database connections of the pool, and callers that wait for one',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.set({ state: 'total' }, pool.totalCount);
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'waiting' }, pool.waitingCount);
    },
  });
  new Gauge({
    name: 'meetings_active_participants',
    help: 'Current participants of all meetings; NaN while the database does not answer',
    registers: [registry],
    async collect() {
      const count = pool.query<{ count: number }>(
        'select count(*)::int from participants where left_at is null',
      );
      this.set(await count.then(({ rows }) => rows[0]?.count ?? 0).catch(() => Number.NaN));
    },
  });
}
