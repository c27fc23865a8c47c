import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { measureAgainst } from '../../../src/benchmarks/compare.ts';
import { overall, recordOfBenchmarks } from '../../../src/benchmarks/record.ts';
import { type BenchmarkResult, verdictOf } from '../../../src/benchmarks/result.ts';
import { readSettings } from '../../../src/config/read-settings.ts';
import { Baselines } from '../../../src/history/baselines.ts';
import { Past, reasonsAgainst } from '../../../src/history/past.ts';
import { reasonText } from '../../../src/history/reason.ts';
import type { HistoryRecord } from '../../../src/history/record.ts';
import { runFacts } from '../../../src/history/run-facts.ts';
import { History } from '../../../src/history/store.ts';
import { benchBlock, benchMarkdown } from '../../../src/views/console/bench-block.ts';
import { emptyFolder } from '../history/records.ts';
import { busy, measured, resultOfBenchmark } from './measured.ts';

const START = Date.parse('2026-11-20T14:00:00.000Z');

/** Daily runs of three benchmarks with a shared history on disk and given results. */
function benchmarking() {
  const folder = emptyFolder();
  const [HISTORY_FOLDER, BASELINES_FOLDER] = [join(folder, 'history'), join(folder, 'baselines')];
  const settings = readSettings({ HISTORY_FOLDER, BASELINES_FOLDER });
  let runs = 0;
  return {
    accept: (record: HistoryRecord) => new Baselines(BASELINES_FOLDER).accept(record),
    /** @param measure returns the result of each measurement of an operation */
    async bench(measure: (operation: string, made: number) => BenchmarkResult) {
      const startedAt = new Date(START + runs * 86_400_000).toISOString();
      const shard = { index: 1, of: 1 };
      const facts = runFacts(settings, { id: `run-${++runs}`, workers: 1, shard, startsServiceOn: 3002 });
      const past = await Past.read(settings);
      const results: BenchmarkResult[] = [];
      for (const operation of ['health.get', 'meeting.get', 'meeting.join']) {
        let made = 0;
        const once = async () => ({ ...measure(operation, made++), startedAt });
        results.push(await measureAgainst(past, once, facts));
      }
      const record = recordOfBenchmarks(results, { facts });
      await new History(HISTORY_FOLDER).append(record);
      return { results, record, text: benchBlock(results).join('\n').replace(/\n +/g, ' ') };
    },
  };
}

/** Fast results of a quiet machine. */
const quick = (operation: string, made: number) =>
  resultOfBenchmark(operation, measured({ operation, ms: 3 + made / 100 }));
/** The same, with 20 ms more for `meeting.get`. */
const slow = (operation: string, made: number) =>
  operation === 'meeting.get'
    ? resultOfBenchmark(operation, measured({ operation, ms: 23 }))
    : quick(operation, made);
/** Results of a machine that other processes kept busy. */
const onBusy = (operation: string) =>
  resultOfBenchmark(operation, measured({ operation, ms: 23, processors: busy }));

test('a first run passes, and prints how to get a baseline', async () => {
  const { record, text } = await benchmarking().bench(quick);
  expect(record).toMatchObject({ kind: 'bench', verdict: 'passed', reasons: [] });
  expect(text).toContain('meeting.get p95 < 100 ms');
  expect(text).toContain('No baseline yet. Accept a run with `npx fullhouse baseline`.');
});

test('a first run on a busy machine passes, because it has no baseline to compare with', async () => {
  const { results, record, text } = await benchmarking().bench(onBusy);
  expect(results.flatMap(reasonsAgainst)).toEqual([]);
  expect(record).toMatchObject({ verdict: 'passed', operations: {} });
  expect(text).toContain('health.get: other processes kept 1.0 of 2 cores busy');
  expect(text).toContain('Accept a run with `npx fullhouse baseline`');
  expect(text).toContain('Not saved to the history: health.get, meeting.get, meeting.join (busy machine).');
});

test('an unchanged service passes the comparison with its baseline', async () => {
  const { bench, accept } = benchmarking();
  await accept((await bench(quick)).record);
  const { record, text } = await bench(quick);
  expect(record).toMatchObject({ verdict: 'passed', reasons: [], regressions: [] });
  expect(text).toContain('Compared with the baseline of 2026-11-20 (run-1).');
});

test('20 ms more in one operation fail the run, and only that operation', async () => {
  const { bench, accept } = benchmarking();
  await accept((await bench(quick)).record);
  const { results, record, text } = await bench(slow);
  expect(record.verdict).toBe('failed');
  expect(record.regressions.map(({ metric }) => metric)).toEqual(['meeting.get p50', 'meeting.get p95']);
  expect(results.map((result) => [result.operation, reasonsAgainst(result).length])).toEqual([
    ['health.get', 0],
    ['meeting.get', 2],
    ['meeting.join', 0],
  ]);
  expect(text).toMatch(/❌ meeting\.get p50 is .* slower than in the baseline/);
});

test('a comparison on a busy machine is inconclusive in the record, console and Markdown', async () => {
  const { bench, accept } = benchmarking();
  await accept((await bench(quick)).record);
  const { results, record, text } = await bench(onBusy);
  const why =
    'Not compared with the baseline of 2026-11-20 (run-1): other processes kept 1.0 of 2 cores busy, and 0.1 were free. Run it again on a quiet machine.';
  for (const result of results) expect(reasonsAgainst(result).map(reasonText)).toEqual([why]);
  expect(record).toMatchObject({ verdict: 'inconclusive', operations: {}, regressions: [] });
  expect(record.reasons.map(reasonText)).toEqual(results.map(({ operation }) => `${operation}: ${why}`));
  expect(text).toContain(`meeting.get: ${why}`);
  expect(text).not.toMatch(/^Compared with/m);
  const markdown = benchMarkdown(results);
  expect(markdown).toMatch(/^# .* benchmarks: inconclusive\n/);
  expect(markdown.replaceAll('\\', '')).toContain(`meeting.get: ${why}`);
});

test('one uncompared operation makes the run inconclusive, and other operations are still compared', async () => {
  const { bench, accept } = benchmarking();
  await accept((await bench(quick)).record);
  const busyHealth = (operation: string, made: number) =>
    (operation === 'health.get' ? onBusy : quick)(operation, made);
  const { results, record } = await bench(busyHealth);
  expect(results.map(verdictOf)).toEqual(['inconclusive', 'passed', 'passed']);
  expect(Object.keys(record.operations)).toEqual(['meeting.get', 'meeting.join']);
  // A found regression still counts.
  const slowAndBusy = await bench((operation, made) =>
    (operation === 'health.get' ? onBusy : slow)(operation, made),
  );
  expect(overall(slowAndBusy.results)).toBe('failed');
});

test('a measurement that is repeated on a quiet machine is compared', async () => {
  const { bench, accept } = benchmarking();
  await accept((await bench(quick)).record);
  const later = (then: typeof quick) => (operation: string, made: number) =>
    (made === 0 ? onBusy : then)(operation, made);
  expect((await bench(later(quick))).record).toMatchObject({ verdict: 'passed', regressions: [] });
  const { record } = await bench(later(slow));
  expect(record.verdict).toBe('failed');
  expect(record.regressions.map(({ metric }) => metric)).toEqual(['meeting.get p50', 'meeting.get p95']);
});

test('a slower result that a busy machine cannot confirm is inconclusive', async () => {
  const { bench, accept } = benchmarking();
  await accept((await bench(quick)).record);
  const { results, record, text } = await bench((operation, made) =>
    (made === 0 ? slow : onBusy)(operation, made),
  );
  expect(results.map(verdictOf)).toEqual(['passed', 'inconclusive', 'passed']);
  expect(record).toMatchObject({ verdict: 'inconclusive', regressions: [] });
  expect(text).toContain(
    'meeting.get: meeting.get p50 and meeting.get p95 looked slower than before, and could not be measured again: other processes',
  );
  expect(text).toContain('Not confirmed by a second measurement: meeting.get p50 is ');
});

test.describe('A slower result with a wide bracket', () => {
  /** 20 ms slower, of which the generator may have caused 19 ms. */
  const coarse = (operation: string) =>
    resultOfBenchmark(operation, measured({ operation, ms: 23, widthMs: 19 }));

  test('is measured again, and passes when the new bracket is narrow', async () => {
    const { bench, accept } = benchmarking();
    await accept((await bench(quick)).record);
    const { record } = await bench((operation, made) => (made < 2 ? coarse(operation) : quick(operation, 0)));
    expect(record).toMatchObject({ verdict: 'passed', regressions: [] });
  });

  test('is inconclusive when each bracket stays wide', async () => {
    const { bench, accept } = benchmarking();
    await accept((await bench(quick)).record);
    const { results, record, text } = await bench(coarse);
    expect(results.map(verdictOf)).toEqual(['inconclusive', 'inconclusive', 'inconclusive']);
    expect(record).toMatchObject({ verdict: 'inconclusive', regressions: [] });
    expect(text).toContain('Cannot tell whether meeting.get p50 became slower: 23.0 ms (−19.0) against');
    expect(text).toContain('14.2 ms (−1.3) lies between 12.9 and 14.2 ms');
    expect(record.operations['meeting.get']).toHaveProperty('earliest');
  });

  test('is a regression when both ends of the bracket are slower', async () => {
    const { bench, accept } = benchmarking();
    await accept((await bench(quick)).record);
    const { record } = await bench((operation) =>
      resultOfBenchmark(operation, measured({ operation, ms: 43, widthMs: 19 })),
    );
    expect(record.verdict).toBe('failed');
    expect(record.regressions[0]!.message).toMatch(/^health\.get p50 is 4\d\.\d ms \(−1\d\.\d\), /);
  });
});
