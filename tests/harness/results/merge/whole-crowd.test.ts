import { expect, test } from '@playwright/test';
import { reasonText } from '../../../../src/history/reason.ts';
import { referenceContract } from '../../../../src/meetings/contract/load.ts';
import type { CrowdEvidence } from '../../../../src/results/evidence/crowd-evidence.ts';
import { wholeCrowd } from '../../../../src/results/merge/whole-crowd.ts';
import { summarise } from '../../../../src/results/summary/summarise.ts';
import { calls, crowdOf } from './sharded.ts';

const all = calls(6000);
const [one] = crowdOf(all, 6) as [CrowdEvidence];
const shards = crowdOf(all, 6, 3);

/** Changes the evidence of one shard. */
const changed = (at: number, change: (part: CrowdEvidence) => Partial<CrowdEvidence>) =>
  shards.map((part, index) => (index === at ? { ...part, ...change(part) } : part));
const started = (at: string) => () => ({ startedAt: at });

test.describe('the crowd of three merged shards', () => {
  test('has the summary of one machine, whatever the order of the shards', () => {
    const { run: alone, ...expected } = summarise(one);
    for (const order of [shards, [...shards].reverse()]) {
      const { run, selfCheck, ...summary } = summarise(wholeCrowd(order, 'merged'));
      const { selfCheck: expectedCheck, ...rest } = expected;
      expect(summary).toEqual(rest);
      expect(run).toEqual({ ...alone, id: 'merged' });
      // The finding about the start of the shards comes on top.
      expect(selfCheck).toMatchObject({ ok: true, workers: expectedCheck.workers });
      expect(selfCheck.findings.slice(0, -1)).toEqual(expectedCheck.findings);
      expect(selfCheck.findings.at(-1)).toMatchObject({ ok: true, value: 0, unit: 'ms' });
    }
  });

  test('keeps the earliest latencies of all shards, also after JSON serialisation', () => {
    const whole = wholeCrowd(shards, 'merged');
    const read: CrowdEvidence = { ...whole, reports: JSON.parse(JSON.stringify(whole.reports)) };
    for (const { latency, operations, series } of [summarise(whole), summarise(read)]) {
      for (const found of [latency, ...Object.values(operations).map((one) => one.latency)]) {
        const { valueMs, earliestMs } = found!.p95 as { valueMs: number; earliestMs: number };
        expect(earliestMs / valueMs).toBeCloseTo(0.8, 1);
      }
      expect(series.actions.earliest!.p95Ms).toHaveLength(series.points);
    }
    // A shard of an older version has no earliest end: its latencies are exact.
    const [first, ...others] = shards.map((part) => JSON.parse(JSON.stringify(part)) as CrowdEvidence);
    for (const { timings } of first!.reports)
      for (const operation of [timings, ...timings.windows].flatMap((one) => Object.values(one.operations)))
        delete (operation as { earliest?: unknown }).earliest;
    const mixed = summarise(wholeCrowd([first!, ...others], 'merged')).latency!.p95;
    const { p95 } = summarise(whole).latency!;
    expect((mixed as { earliestMs: number }).earliestMs).toBeGreaterThan(
      (p95 as { earliestMs: number }).earliestMs,
    );
    const exact = [first!].map(
      (part) => summarise(part).latency!.p95 as { valueMs: number; earliestMs: number },
    );
    expect(exact.map(({ valueMs, earliestMs }) => valueMs - earliestMs)).toEqual([0]);
  });

  test('has the percentiles of all calls within the precision of the histogram', () => {
    const { latency, operations } = summarise(wholeCrowd(shards, 'merged'));
    const sorted = (of: typeof all) =>
      of
        .filter(({ outcome }) => outcome === 'ok')
        .map(({ latencyMs }) => latencyMs)
        .sort((left, right) => left - right);
    const sets = [
      { name: 'all', latency, values: sorted(all) },
      ...Object.entries(operations).map(([name, operation]) => ({
        name,
        latency: operation.latency,
        values: sorted(all.filter((call) => call.operation === name)),
      })),
    ];
    expect(sets).toHaveLength(4);
    for (const { name, latency: found, values } of sets) {
      expect(found!.count, name).toBe(values.length);
      for (const [quantile, value] of [
        [0.5, found!.p50],
        [0.95, found!.p95],
        [0.99, found!.p99],
      ] as const) {
        const exact = values[Math.ceil(values.length * quantile) - 1]!;
        // Three significant digits, and latencies are counted in whole microseconds.
        const error = Math.abs((value as { valueMs: number }).valueMs - exact);
        expect(error, `${name} ${quantile} of ${exact}`).toBeLessThanOrEqual(exact * 0.001 + 0.001);
      }
    }
  });

  test('is inconclusive if only one shard is summarised', () => {
    const { verdict, partial, reasons } = summarise(shards[1]!);
    expect({ verdict, partial }).toEqual({ verdict: 'inconclusive', partial: true });
    expect(reasons[0]).toEqual({
      kind: 'one shard',
      message: 'this is only shard 2 of 3',
      hint: 'npx fullhouse merge judges the whole crowd',
    });
  });

  test('fails and names the missing shard', () => {
    const { verdict, reasons, slices, partial } = summarise(wholeCrowd([shards[0]!, shards[2]!], 'merged'));
    expect({ verdict, partial }).toEqual({ verdict: 'failed', partial: true });
    expect(reasons).toContainEqual({
      kind: 'shard missing',
      message: 'shard 2 is missing: its blob report was not merged',
    });
    expect(reasons.filter(({ kind }) => kind === 'slice lost')).toEqual([]);
    expect(slices.map(({ state }) => state)).toEqual([
      'finished',
      'finished',
      'lost',
      'lost',
      'finished',
      'finished',
    ]);
  });

  test('fails if a shard lost a slice, and is interrupted if a shard was interrupted', () => {
    const lost = summarise(
      wholeCrowd(
        changed(1, () => ({ lost: [3], reports: [shards[1]!.reports[1]!] })),
        'merged',
      ),
    );
    expect(lost.verdict).toBe('failed');
    expect(lost.reasons).toContainEqual({
      kind: 'slice lost',
      message: 'slice 3 was lost: its worker ended before its participants did',
    });
    const stopped = summarise(
      wholeCrowd(
        changed(2, () => ({ stopped: { reason: 'interrupted', isInterrupted: true } })),
        'merged',
      ),
    );
    expect(stopped.verdict).toBe('interrupted');
  });

  test('is inconclusive, with a hint, if the shards started more than 1 s apart', () => {
    const late = summarise(wholeCrowd(changed(0, started('2026-11-23T14:00:03.000Z')), 'merged'));
    expect(late.verdict).toBe('inconclusive');
    expect(late.run.startedAt).toBe('2026-11-23T14:00:00.000Z');
    expect(late.reasons.map(reasonText)).toEqual([
      expect.stringMatching(/3000 ms, limit 1000 ms\).*\. Set START_AT/),
    ]);
    const near = summarise(wholeCrowd(changed(0, started('2026-11-23T14:00:00.900Z')), 'merged'));
    expect(near.verdict).toBe('passed');
  });
});

test.describe('the check before a merge', () => {
  const refused = (parts: readonly CrowdEvidence[]) => {
    try {
      wholeCrowd(parts, 'merged');
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error('it was merged');
  };

  test('rejects a shard that is present twice', () => {
    expect(refused([...shards, shards[1]!])).toContain(
      'shard 2 of 3 is present twice; remove the blob report of run run-2',
    );
  });

  test('rejects two complete runs', () => {
    expect(refused([...crowdOf(all, 2), ...crowdOf(all, 2)])).toContain('shard 1 of 1 is present twice');
  });

  test('reports all differences between the shards in one error', () => {
    const others = crowdOf(all, 8, 4, { REQUESTS_PER_USER: '3', SEED: '5', TEST_DURATION: '20' });
    const message = refused([shards[0]!, others[1]!, { ...others[2]!, expected: [1] }]);
    for (const part of [
      'These parts of "crowd" cannot be merged:',
      'they are shards of 3 and of 4',
      'they ran with 2 and 1 workers',
      'the schedule differs: "6 users within 600 ms, held until 10 s',
      'REQUESTS_PER_USER differs: 10 and 3',
      'SEED differs: 42 and 5',
    ])
      expect(message).toContain(part);
  });
});

test.describe('the service figures of a merged crowd', () => {
  const text = (count: number, startedAt = 5) =>
    [
      `process_start_time_seconds ${startedAt}`,
      `http_request_duration_seconds_bucket{le="+Inf",method="GET",path="/api/v1/meetings/:id"} ${count}`,
      `http_request_duration_seconds_sum{method="GET",path="/api/v1/meetings/:id"} ${count / 100}`,
      `http_request_duration_seconds_count{method="GET",path="/api/v1/meetings/:id"} ${count}`,
    ].join('\n');
  const metrics = (before: string | null, after: string | null) => () => ({
    metrics: { before, after, samples: [], routes: referenceContract().metrics },
  });
  const ours = summarise(one).operations['meeting.get']!.total;
  const merged = (...each: (() => Partial<CrowdEvidence>)[]) =>
    summarise(
      wholeCrowd(
        shards.map((part, index) => ({ ...part, ...each[index]!() })),
        'merged',
      ),
    ).operations['meeting.get']!.server;

  test('cover the time from the start of the first to the end of the last shard', () => {
    const first = () => ({ ...metrics(text(100), text(ours))(), startedAt: '2026-11-23T14:00:00.000Z' });
    const second = () => ({
      ...metrics(text(150), text(100 + ours))(),
      startedAt: '2026-11-23T14:00:00.500Z',
    });
    expect(merged(first, second, metrics(null, null))).toMatchObject({ count: ours });
  });

  test('are left out if the shards reached different service processes', () => {
    expect(
      merged(metrics(text(0), text(10)), metrics(text(0, 6), text(10, 6)), metrics(null, null)),
    ).toBeNull();
    expect(merged(metrics(null, null), metrics(null, null), metrics(null, null))).toBeNull();
  });
});
