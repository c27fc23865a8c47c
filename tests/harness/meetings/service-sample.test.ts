import { expect, test } from '@playwright/test';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import { serviceSample } from '../../../src/meetings/service-sample.ts';

const JOIN = '/api/v1/meetings/:id/join';
const { metrics } = referenceContract();

test.describe('a sample of the service metrics', () => {
  test('reads a sample from a Prometheus registry', async () => {
    const registry = new Registry();
    const registers = [registry];
    collectDefaultMetrics({ register: registry });
    const seconds = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'duration',
      labelNames: ['method', 'path', 'status_code'],
      buckets: [0.01, 0.1],
      registers,
    });
    seconds.observe({ method: 'POST', path: JOIN, status_code: 200 }, 0.005);
    seconds.observe({ method: 'GET', path: '/api/v1/meetings/:id', status_code: 404 }, 0.05);
    seconds.observe({ method: 'GET', path: '/metrics', status_code: 200 }, 5); // no call of a participant
    new Gauge({ name: 'socketio_connections', help: 'open', registers }).set(7);
    const pool = new Gauge({ name: 'pg_pool_connections', help: 'pool', labelNames: ['state'], registers });
    pool.set({ state: 'total' }, 10);
    pool.set({ state: 'waiting' }, 3);
    const sample = serviceSample(await registry.metrics(), 1500, metrics)!;
    expect(sample).toMatchObject({ atMs: 1500, connections: 7, waitingForDatabase: 3 });
    expect(sample.calls).toEqual({
      count: 2,
      sumS: expect.closeTo(0.055, 9),
      buckets: [
        [0.01, 1],
        [0.1, 2],
      ],
    });
    expect(sample.memoryBytes).toBeGreaterThan(10_000_000);
    expect(sample.cpuS).toBeGreaterThan(0);
    expect(Math.abs(sample.processStart! - Date.now() / 1000)).toBeLessThan(3600);
    // It travels as JSON.
    expect(JSON.parse(JSON.stringify(sample))).toEqual(sample);
  });

  test('returns no sample when the text has no known metric', () => {
    expect(serviceSample('', 0, metrics)).toBeUndefined();
    expect(
      serviceSample('other_connections 5\nsocketio_connections_total 4\n<html>', 0, metrics),
    ).toBeUndefined();
    expect(serviceSample('socketio_connections NaN', 0, metrics)).toBeUndefined();
  });

  test('a sample has null for unpublished metrics', () => {
    expect(serviceSample('# HELP x\nprocess_resident_memory_bytes 123\n', 0, metrics)).toEqual({
      atMs: 0,
      processStart: null,
      calls: null,
      cpuS: null,
      memoryBytes: 123,
      loopDelayMs: null,
      connections: null,
      waitingForDatabase: null,
    });
  });
});
