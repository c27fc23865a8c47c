import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { test } from '@playwright/test';
import type { HistoryRecord } from '../../../src/history/record.ts';
import { type Random, seeded } from '../../../src/kernel/random.ts';
import { LatencyHistogram } from '../../../src/timings/latency-histogram.ts';

export const machine = {
  fingerprint: 'aaaaaaaaaaaa',
  os: 'linux 6.1.0 x64',
  cpu: 'A processor',
  cores: 2,
  memoryBytes: 8 * 2 ** 30,
  node: 'v20',
};

/** A passed bench record without operations; run `n` began `n` hours after the first. */
export function recordOf(n: number, over: Partial<HistoryRecord> = {}): HistoryRecord {
  const at = new Date(Date.UTC(2026, 10, 1) + n * 3_600_000).toISOString();
  return {
    schema: 'fullhouse/record/2',
    runId: `${at.slice(0, 10).replaceAll('-', '')}-${at.slice(11, 19).replaceAll(':', '')}-${n.toString(16).padStart(4, '0')}`,
    kind: 'bench',
    name: 'endpoints',
    at,
    commit: '1234567890abcdef1234567890abcdef12345678',
    service: 'reference',
    settings: { ITERATIONS: 100, SEED: 1 },
    machine,
    verdict: 'passed',
    reasons: [],
    operations: {},
    figures: {},
    targets: [],
    checks: [],
    regressions: [],
    ...over,
  };
}

/** One operation whose successes took these times. */
export function operationOf(latenciesMs: readonly number[], failures: Readonly<Record<string, number>> = {}) {
  const histogram = LatencyHistogram.empty();
  for (const latency of latenciesMs) histogram.record(latency);
  return {
    outcomes: { ok: latenciesMs.length, ...failures },
    ...(latenciesMs.length > 0 ? { ok: histogram.encode() } : {}),
  };
}

/** A standard normal value (Box and Muller). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Latencies around `medianMs` with a long tail, as endpoints have them. */
export function latencies(medianMs: number, count: number, ...key: (string | number)[]): number[] {
  const random = seeded('latencies', ...key);
  return Array.from({ length: count }, () => medianMs * Math.exp(0.35 * normal(random)));
}

/** A new folder of the running test, removed before the next run. */
export function emptyFolder(): string {
  const folder = test.info().outputPath(randomUUID());
  mkdirSync(folder, { recursive: true });
  return folder;
}
