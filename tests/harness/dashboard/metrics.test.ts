import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { measuredBenchmark } from '../../../src/live/live-results.ts';
import { percentile } from '../../../src/timings/percentile.ts';
import { Timings } from '../../../src/timings/timings.ts';
import type { FedRun } from '../live/fed-run.ts';
import { benchmark } from '../views/page/rich-run.ts';
import { Watched } from './watched.ts';

/** The samples of a text in Prometheus' format, by name and labels; throws for an invalid line. */
function samples(text: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const parts = /^([a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\.)*",?)*\})?) (\S+)$/.exec(line);
    if (!parts || found.has(parts[1]!)) throw new Error(`not a sample, or a duplicate: ${line}`);
    found.set(parts[1]!, Number(parts[2]));
  }
  return found;
}

/** Feeds a run with an event for every metric. */
function eventful({ live, slices }: FedRun): void {
  live.phases.expect('load');
  live.phases.began('load', '1', 'slice 1', 0);
  live.results.experiment('x', {
    name: 'storm',
    question: 'What breaks?',
    title: 'a storm',
    state: 'running',
    act: null,
    seconds: null,
    findings: [],
  });
  const timings = new Timings(0);
  for (let call = 0; call < 100; call++) timings.operation('meeting.get').record('ok', 0, 5, undefined, 3);
  const measured = { timings: timings.encode(1000).operations['meeting.get']! };
  live.results.benchmark(measuredBenchmark(benchmark('meeting.get', measured)));
  for (const slice of slices) {
    const report = slice.second([
      { latencyMs: 12, count: 50 },
      { name: 'hand.raise', outcome: 'http 503', count: 3 },
    ]);
    live.report({ ...report, drops: { 'transport close': 2 } });
  }
  live.tick();
}

test.describe('the /metrics endpoint', () => {
  const read = async ({ url }: Watched) => {
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    return response.text();
  };

  test('exposes the figures of the dashboard page in base units', async () => {
    await using watched = await Watched.start();
    eventful(watched.run);
    const found = samples(await read(watched));
    const [crowd] = watched.run.live.crowds;
    const p95 = percentile(crowd!.timings.operations.get('meeting.get')!.ok, 0.95);
    expect(Object.fromEntries(found)).toMatchObject({
      'fullhouse_users{crowd="crowd",kind="now"}': 10,
      'fullhouse_users{crowd="crowd",kind="requested"}': 10,
      'fullhouse_requests_total{crowd="crowd",operation="meeting.get",outcome="ok"}': 100,
      'fullhouse_requests_total{crowd="crowd",operation="hand.raise",outcome="http 503"}': 6,
      'fullhouse_latency_seconds{crowd="crowd",operation="meeting.get",quantile="0.95"}':
        'valueMs' in p95 && p95.valueMs / 1000,
      'fullhouse_latency_seconds_count{crowd="crowd",operation="all actions"}': 100,
      'fullhouse_connection_drops_total{crowd="crowd",reason="transport close"}': 4,
      'fullhouse_target{crowd="crowd",target="p95 < 100 ms",state="met"}': 1,
      'fullhouse_target{crowd="crowd",target="p95 < 100 ms",state="missed"}': 0,
      'fullhouse_target_limit{crowd="crowd",target="p95 < 100 ms",unit="ms"}': 100,
      'fullhouse_generator_ok{crowd="crowd"}': 1,
      'fullhouse_generator_adds_seconds{crowd="crowd",quantile="0.99"}': 0,
      'fullhouse_generator_memory_bytes{crowd="crowd",slice="2"}': 100_000_000,
      'fullhouse_experiments{state="running"}': 1,
      'fullhouse_experiments{state="inconclusive"}': 0,
      'fullhouse_benchmark_verdict{operation="meeting.get",verdict="passed"}': 1,
      'fullhouse_phase{phase="load"}': 1,
    });
    expect(
      found.get('fullhouse_benchmark_latency_seconds{operation="meeting.get",quantile="0.5"}'),
    ).toBeCloseTo(0.005, 5);
  });

  test('pairs each latency summary with a summary of the earliest latencies', async () => {
    await using watched = await Watched.start({ slices: 1 });
    eventful(watched.run);
    watched.run.second([{ latencyMs: 40, widthMs: 15, count: 2000 }]);
    const found = samples(await read(watched));
    const labels = '{crowd="crowd",operation="meeting.get",quantile="0.95"}';
    expect(found.get(`fullhouse_latency_seconds${labels}`)).toBeCloseTo(0.04, 4);
    expect(found.get(`fullhouse_latency_earliest_seconds${labels}`)).toBeCloseTo(0.025, 4);
    const bench = '{operation="meeting.get",quantile="0.5"}';
    expect(found.get(`fullhouse_benchmark_latency_seconds${bench}`)).toBeCloseTo(0.005, 5);
    expect(found.get(`fullhouse_benchmark_latency_earliest_seconds${bench}`)).toBeCloseTo(0.003, 5);
  });

  test('counts each successful request once in cumulative histogram buckets', async () => {
    await using watched = await Watched.start({ slices: 1 });
    watched.run.second([
      { latencyMs: 4, count: 10 },
      { latencyMs: 100, count: 5 },
      { latencyMs: 20_000, count: 2 },
      { latencyMs: 4, outcome: 'http 500', count: 7 },
    ]);
    const found = samples(await read(watched));
    const bucket = (le: string) =>
      found.get(
        `fullhouse_request_duration_seconds_bucket{crowd="crowd",operation="meeting.get",le="${le}"}`,
      );
    expect(['0.0025', '0.005', '0.05', '0.1', '10', '+Inf'].map(bucket)).toEqual([0, 10, 10, 15, 15, 17]);
    const all = [...found].filter(([name]) => name.startsWith('fullhouse_request_duration_seconds_bucket'));
    const counts = all.map(([, count]) => count);
    expect(counts).toEqual(counts.toSorted((one, other) => one - other));
    const total = 'fullhouse_request_duration_seconds_count{crowd="crowd",operation="meeting.get"}';
    expect(found.get(total)).toBe(17);
  });

  test('escapes quotes, backslashes and line ends in label values', async () => {
    await using watched = await Watched.start();
    watched.run.second([{ name: 'a"b\\c\nd', count: 3 }]);
    const found = samples(await read(watched));
    expect(found.get('fullhouse_requests_total{crowd="crowd",operation="a\\"b\\\\c\\nd",outcome="ok"}')).toBe(
      6,
    );
  });

  test('exposes every metric that the Grafana dashboard queries', async () => {
    const dashboard = JSON.parse(
      readFileSync(new URL('../../../deploy/grafana/fullhouse.json', import.meta.url), 'utf8'),
    ) as { panels: Panel[]; templating: { list: { definition?: string }[] } };
    await using watched = await Watched.start();
    eventful(watched.run);
    const offered = new Set([...samples(await read(watched)).keys()].map((name) => name.split('{')[0]!));
    const queries = [
      ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
      ...dashboard.templating.list.flatMap(({ definition }) => definition ?? []),
    ];
    expect(queries.length).toBeGreaterThan(20);
    const asked = queries.flatMap((query) => query.match(/\bfullhouse_\w+/g) ?? []);
    expect(asked.length).toBeGreaterThanOrEqual(queries.length);
    expect(asked.filter((name) => !offered.has(name))).toEqual([]);
    const labels = queries
      .flatMap((query) => query.match(/\{[^}]*\}/g) ?? [])
      .join()
      .match(/\w+(?==~?"|!=|!~)/g)!;
    expect(new Set(labels)).toEqual(new Set(['crowd', 'kind', 'operation', 'outcome', 'quantile', 'state']));
  });

  test('has a Grafana dashboard with valid panels that do not overlap', () => {
    const dashboard = JSON.parse(
      readFileSync(new URL('../../../deploy/grafana/fullhouse.json', import.meta.url), 'utf8'),
    ) as { uid: string; id: null; panels: Panel[] };
    expect(dashboard).toMatchObject({ id: null, uid: 'fullhouse-live', schemaVersion: expect.any(Number) });
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    // Panels do not overlap.
    const taken = new Map<string, string>();
    for (const {
      title,
      gridPos: { x, y, w, h },
    } of dashboard.panels) {
      expect(x + w).toBeLessThanOrEqual(24);
      for (let column = x; column < x + w; column++)
        for (let row = y; row < y + h; row++) {
          const place = `${column}/${row}`;
          if (taken.has(place)) throw new Error(`"${title}" and "${taken.get(place)}" are at ${place}`);
          taken.set(place, title);
        }
    }
    for (const { targets = [] } of dashboard.panels)
      for (const { datasource } of targets) expect(datasource.uid).toMatch(/^\$\{datasource\}$/);
  });
});

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
}
