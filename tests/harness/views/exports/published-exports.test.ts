import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { publish } from '../../../../src/views/publish.ts';
import { test } from '../../reporters/kept-run.ts';
import { record, report } from '../../results/summary/crowd-records.ts';

/** 1000 calls of 1 to 100 ms, ten of each, in two slices; and some that failed. */
const calls = (from: number) =>
  Array.from({ length: 50 }, (_, index) => ({ latencyMs: from + index, count: 10, everyMs: 10 }));
const crowd = () =>
  record([
    report(1, calls(1)),
    report(2, [...calls(51), { outcome: 'http 503' as const, count: 7, latencyMs: 400 }]),
  ]);

interface Line {
  readonly valueMs: number;
  readonly percentile: number;
  readonly count: number;
}

/** A `.hgrm` file as HdrHistogram's plotter reads it. */
function readHgrm(text: string): { lines: Line[]; max: number; total: number } {
  const [head, blank, ...rest] = text.split('\n');
  expect(head).toMatch(/^\s+Value\s+Percentile\s+TotalCount\s+1\/\(1-Percentile\)$/);
  expect(blank).toBe('');
  const lines = rest.flatMap((line) => {
    const found = /^\s*([\d.]+)\s+([01]\.\d{12})\s+(\d+)(?:\s+[\d.]+)?$/.exec(line);
    return found
      ? [{ valueMs: Number(found[1]), percentile: Number(found[2]), count: Number(found[3]) }]
      : [];
  });
  const foot = /^#\[Max\s+=\s+([\d.]+), Total count\s+=\s+(\d+)\]$/m.exec(text);
  return { lines, max: Number(foot?.[1]), total: Number(foot?.[2]) };
}

test.describe('the .hgrm files', () => {
  test('hold the latencies of successful calls in ms, within the precision of the histogram', async ({
    keptRun,
  }) => {
    await keptRun.keep(crowd());
    const { files } = await publish(keptRun.id);
    const names = [...files.keys()].filter((name) => name.endsWith('.hgrm')).sort();
    expect(names).toEqual([
      'hgrm/_all.hgrm',
      'hgrm/_all.response.hgrm',
      'hgrm/meeting.get.hgrm',
      'hgrm/meeting.get.response.hgrm',
    ]);
    for (const name of names) {
      const { lines, max, total } = readHgrm(readFileSync(files.get(name)!, 'utf8'));
      expect(total).toBe(1000);
      expect(max).toBeCloseTo(100, 0);
      expect(lines.at(-1)).toMatchObject({ percentile: 1, count: 1000 });
      for (const { valueMs, count } of lines) {
        // The value at which `count` calls are done, of ten calls of each whole ms.
        const exactMs = Math.ceil(count / 10);
        expect(Math.abs(valueMs - exactMs) / exactMs).toBeLessThan(0.001);
      }
    }
  });

  test('include files of the earliest latencies for inexact latencies', async ({ keptRun }) => {
    const two = record([
      report(1, [
        { latencyMs: 40, widthMs: 15, count: 200, everyMs: 10 },
        { name: 'meeting.join', latencyMs: 40, count: 200, everyMs: 10 },
      ]),
    ]);
    await keptRun.keep({ ...two, expected: [1] });
    const { files } = await publish(keptRun.id);
    const names = [...files.keys()].filter((name) => name.endsWith('.earliest.hgrm')).sort();
    expect(names).toEqual(['hgrm/_all.earliest.hgrm', 'hgrm/meeting.get.earliest.hgrm']);
    const { max, total } = readHgrm(readFileSync(files.get('hgrm/meeting.get.earliest.hgrm')!, 'utf8'));
    expect(max).toBeCloseTo(25, 0);
    expect(total).toBe(200);
  });

  test('are missing for an operation without a successful call', async ({ keptRun }) => {
    await keptRun.keep(record([report(1, [{ outcome: 'timeout', count: 4 }])], { expected: [1] }));
    const { files, problems } = await publish(keptRun.id);
    expect(problems).toEqual([]);
    expect([...files.keys()].filter((name) => name.endsWith('.hgrm'))).toEqual([]);
    expect(files.has('timings.csv')).toBe(true);
  });

  test('stay in the run folder for an operation whose name is a path', async ({ keptRun }) => {
    await keptRun.keep(record([report(1, [{ name: '../../../evil' }])], { expected: [1] }));
    const { files } = await publish(keptRun.id);
    for (const path of files.values()) expect(path.startsWith(keptRun.folder)).toBe(true);
    expect([...files.keys()]).toContainEqual(
      expect.stringMatching(/^hgrm\/[a-z0-9-]*evil-[0-9a-f]{8}\.hgrm$/),
    );
  });
});

/** Samples of the text format, by name and labels; throws for an invalid line. */
function readProm(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  const line = /^(?<series>[a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*\})?) (?<value>\S+)$/;
  for (const one of text.split('\n').filter((each) => each !== '' && !/^# (HELP|TYPE) \w+ /.test(each))) {
    const found = line.exec(one)?.groups;
    if (!found || !Number.isFinite(Number(found.value))) throw new Error(`no sample: ${one}`);
    samples.set(found.series!, Number(found.value));
  }
  return samples;
}

test.describe('metrics.prom', () => {
  test('holds the figures of the summary in base units', async ({ keptRun }) => {
    await keptRun.keep(crowd(), 'p95 < 100 ms; error rate < 0.1 %');
    const { files, crowds } = await publish(keptRun.id);
    const samples = readProm(readFileSync(files.get('metrics.prom')!, 'utf8'));
    const { summary } = crowds[0]!;
    const p95 = summary.latency!.p95 as { valueMs: number };
    expect(Object.fromEntries(samples)).toMatchObject({
      [`fullhouse_run_info{run="${keptRun.id}",seed="42",commit="${summary.run.commit ?? ''}"}`]: 1,
      'fullhouse_verdict{crowd="crowd",verdict="failed"}': 1,
      'fullhouse_verdict{crowd="crowd",verdict="passed"}': 0,
      'fullhouse_target{crowd="crowd",target="p95 < 100 ms",state="met"}': 1,
      'fullhouse_target{crowd="crowd",target="error rate < 0.1 %",state="missed"}': 1,
      'fullhouse_requests_total{crowd="crowd",operation="meeting.get",outcome="ok"}': 1000,
      'fullhouse_requests_total{crowd="crowd",operation="meeting.get",outcome="http 503"}': 7,
      'fullhouse_latency_seconds{crowd="crowd",operation="all actions",quantile="0.95"}': p95.valueMs / 1000,
      'fullhouse_latency_seconds{crowd="crowd",operation="all actions",quantile="1"}': 0.1,
      'fullhouse_generator_ok{crowd="crowd"}': 1,
      'fullhouse_generator_adds_seconds{crowd="crowd",quantile="0.95"}': 0,
    });
  });

  test('holds both ends of each percentile bracket', async ({ keptRun }) => {
    await keptRun.keep(
      record([report(1, [{ latencyMs: 40, widthMs: 15, count: 50, everyMs: 10 }])], { expected: [1] }),
    );
    const { files } = await publish(keptRun.id);
    const samples = readProm(readFileSync(files.get('metrics.prom')!, 'utf8'));
    const labels = '{crowd="crowd",operation="meeting.get",quantile="0.95"}';
    expect(samples.get(`fullhouse_latency_seconds${labels}`)).toBeCloseTo(0.04, 4);
    expect(samples.get(`fullhouse_latency_earliest_seconds${labels}`)).toBeCloseTo(0.025, 4);
    // With too few samples there is no percentile.
    const p99 = labels.replace('0.95', '0.99');
    expect([...samples.keys()].filter((series) => series.endsWith(p99))).toEqual([]);
  });

  test('escapes operation names in label values', async ({ keptRun }) => {
    await keptRun.keep(record([report(1, [{ name: 'a"} 1\nb\\' }])], { expected: [1] }));
    const { files } = await publish(keptRun.id);
    const samples = readProm(readFileSync(files.get('metrics.prom')!, 'utf8'));
    expect([...samples.keys()]).toContain(
      'fullhouse_requests_total{crowd="crowd",operation="a\\"} 1\\nb\\\\",outcome="ok"}',
    );
  });

  test('is not written for a run without evidence', async ({ keptRun }) => {
    const { files, problems } = await publish(keptRun.id);
    expect([...files.keys()]).toEqual([]);
    expect(problems).toEqual([]);
  });
});
