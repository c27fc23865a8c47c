import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { expect } from '@playwright/test';
import { History } from '../../../../src/history/store.ts';
import { recordOfLoad } from '../../../../src/results/records/load.ts';
import { aligned } from '../../../../src/views/all-runs/both-curves.ts';
import { curvesOf, curvesScript } from '../../../../src/views/all-runs/curves/of-run.ts';
import { REGISTER, type RunCurves } from '../../../../src/views/all-runs/curves/schema.ts';
import { errorRateDifference, percentileDifference } from '../../../../src/views/all-runs/difference.ts';
import { entrySchema } from '../../../../src/views/all-runs/entry/schema.ts';
import { readRuns } from '../../../../src/views/all-runs/read-runs.ts';
import { trendChart } from '../../../../src/views/all-runs/trend-chart.ts';
import { trendsOf } from '../../../../src/views/all-runs/trends.ts';
import { writeAllRuns } from '../../../../src/views/all-runs/write.ts';
import { publish } from '../../../../src/views/publish.ts';
import { emptyFolder } from '../../history/records.ts';
import { test } from '../../reporters/kept-run.ts';
import { idOf, keepRun, reportOf } from './listed.ts';

const curvesIn = (script: string): RunCurves => {
  const received: string[] = [];
  runInNewContext(script, { [REGISTER]: (json: string) => received.push(json) });
  return JSON.parse(received.join()) as RunCurves;
};

test.describe('the page of all runs', () => {
  test('reads what publishing leaves of a run', async ({ keptRun }) => {
    await keptRun.keep();
    const { files, problems, crowds } = await publish(keptRun.id);
    expect(problems).toEqual([]);
    const { totals, targets, answer } = crowds[0]!.summary;
    const entry = entrySchema.parse(JSON.parse(readFileSync(files.get('entry.json')!, 'utf8')));
    expect(entry.phases).toMatchObject([
      {
        kind: 'load',
        verdict: 'passed',
        sentence: answer.sentence,
        moment: null,
        requests: totals.total,
        p95Ms: 20,
        errorRatePercent: 0,
        perSecond: totals.perSecond,
        targets: targets.map(({ value }) => ({ value, state: 'met' })),
      },
    ]);
    const { phases, facts } = curvesIn(readFileSync(files.get('curves.js')!, 'utf8'));
    expect(Object.keys(phases[0]!.operations)).toEqual(['', 'meeting.get']);
    expect(phases[0]!.operations['']!.p95![0]).toBe(20);
    expect(new Map(facts).get('CONCURRENT_USERS')).toBe('6');
    expect(JSON.stringify([...facts, entry])).not.toContain('hunter2');
  });

  test('lists damaged, deleted and hostile runs, each in its own rows', async () => {
    const reports = emptyFolder();
    const [runs, history] = [join(reports, 'runs'), join(reports, 'history')];
    const evil = '</script><img src=x onerror=alert(1)>';
    for (let minute = 0; minute < 6; minute++) await keepRun(runs, reportOf(minute));
    await keepRun(runs, reportOf(6), ([phase]) => [{ ...phase!, name: evil, sentence: evil }]);
    writeFileSync(join(runs, idOf(1), 'entry.json'), '{"schema":');
    rmSync(join(runs, idOf(2), 'entry.json'));
    // The history still has a run whose folder was deleted.
    const [{ summary, evidence }] = reportOf(3).crowds as [ReturnType<typeof reportOf>['crowds'][number]];
    await new History(history).append(recordOfLoad(summary, evidence));
    rmSync(join(runs, idOf(3)), { recursive: true });
    writeFileSync(join(runs, 'notes.txt'), 'not a run');
    expect(await writeAllRuns({ runs, history })).toEqual({
      line: expect.stringMatching(/^All runs .*index\.html$/),
    });
    const page = readFileSync(join(reports, 'index.html'), 'utf8');
    const ids = [...page.matchAll(/tbody data-run="([^"]+)"/g)].map(([, id]) => id);
    expect(ids).toEqual([6, 5, 4, 3, 2, 1, 0].map(idOf));
    expect(page).toContain(
      `entry.json cannot be read. Make its reports with npx fullhouse report ${idOf(1)}`,
    );
    expect(page).toContain(`is of an earlier version. Make its reports with npx fullhouse report ${idOf(2)}`);
    expect(page).toContain('only in the history');
    expect(page.match(/rowspan="1"><a href="runs\//g)).toHaveLength(6);
    expect(page).not.toContain('<img');
    expect(page.match(/<script/g)).toHaveLength(1);
    const script = curvesScript(curvesOf(reportOf(7, { name: evil, calls: [{ name: evil }] })));
    expect(script).not.toContain('<');
    expect(Object.keys(curvesIn(script).phases[0]!.operations)).toEqual(['', evil]);
  });

  test('is written whole by runs that end at once, and a failed write is one line', async () => {
    const reports = emptyFolder();
    const [runs, history] = [join(reports, 'runs'), join(reports, 'history')];
    await Promise.all(
      Array.from({ length: 6 }, async (_, minute) => {
        await keepRun(runs, reportOf(minute));
        await writeAllRuns({ runs, history });
      }),
    );
    const page = readFileSync(join(reports, 'index.html'), 'utf8');
    expect(page.match(/tbody data-run/g)).toHaveLength(6);
    expect(page.trimEnd().endsWith('</html>')).toBe(true);
    expect(readdirSync(reports).sort()).toEqual(['index.html', 'runs']);
    rmSync(join(reports, 'index.html'));
    mkdirSync(join(reports, 'index.html', 'a folder'), { recursive: true });
    const { failure } = await writeAllRuns({ runs, history });
    expect(failure).toMatch(/^The page of all runs was not written: .*index\.html could not be written: /);
    expect(failure).not.toContain('\n');
    expect(readdirSync(reports).filter((name) => name.endsWith('.part'))).toEqual([]);
    // Without any run, the page says so.
    const nothing = join(emptyFolder(), 'runs');
    await writeAllRuns({ runs: nothing, history });
    expect(readFileSync(join(nothing, '../index.html'), 'utf8')).toContain('There is no run yet.');
    expect(existsSync(nothing)).toBe(false);
  });

  test('breaks a trend where conditions changed, and leaves out runs that prove nothing', async () => {
    const runs = join(emptyFolder(), 'runs');
    for (let minute = 0; minute < 6; minute++)
      await keepRun(
        runs,
        reportOf(minute, { settings: minute < 4 ? {} : { MEETING_SIZE: '3' } }),
        ([phase]) => [minute === 2 ? { ...phase!, verdict: 'interrupted', isProof: false } : phase!],
      );
    const { runs: listed, older } = await readRuns(runs, 5);
    expect(older).toEqual([idOf(0)]);
    const [series, ...others] = trendsOf(listed);
    expect(others).toEqual([]);
    expect(series!.runs.map(({ changed }) => changed)).toEqual([[], [], [], ['MEETING_SIZE: 1000 → 3'], []]);
    const p95 = series!.trends.find(({ name }) => name === 'latency p95')!;
    expect(p95.points.map((point) => point?.value ?? null)).toEqual([20, null, 20, 20, 20]);
    expect(p95.points.at(-1)!.target).toMatchObject({ comparator: '<', limit: 100, state: 'met' });
    // The line is drawn in two parts, with one mark of the break between them, and the limit above the values is only named.
    const { markup } = trendChart(p95, series!);
    expect(/class="line" d="([^"]*)"/.exec(markup)![1]!.match(/M/g)).toHaveLength(2);
    expect(markup.match(/class="break"/g)).toHaveLength(1);
    expect(markup).toContain('limit &#60; 100 ms ↑');
    expect(markup).toContain('class="limit-line" d=""');
    // The target about P95 is drawn with the figure, not a second time.
    expect(series!.trends.map(({ name }) => name)).toEqual([
      'latency p50',
      'latency p95',
      'latency p99',
      'error rate',
      'throughput',
    ]);
  });

  test('two runs differ only where their intervals do not overlap, by enough to matter', () => {
    expect(percentileDifference('p95', [100, 90, 110], [200, 180, 220])).toBe('worse');
    expect(percentileDifference('p95', [200, 180, 220], [100, 90, 110])).toBe('better');
    expect(percentileDifference('p95', [100, 90, 180], [200, 180, 220])).toBe('alike');
    expect(percentileDifference('p95', [100, 90, null], [200, 180, 220])).toBe('alike');
    expect(percentileDifference('p50', [1, 0.9, 1.1], [2, 1.9, 2.1])).toBe('small');
    expect(percentileDifference('p99', null, [2, 1.9, 2.1])).toBe('unknown');
    expect(errorRateDifference({ count: 1000, failed: 0 }, { count: 1000, failed: 50 })).toBe('worse');
    expect(errorRateDifference({ count: 20, failed: 0 }, { count: 20, failed: 1 })).toBe('alike');
    expect(errorRateDifference({ count: 0, failed: 0 }, { count: 20, failed: 1 })).toBe('unknown');
    // A longer window stands for all of its seconds, and a shorter run ends.
    expect(aligned({ everyS: 1, values: [1, 2, 3] }, { everyS: 2, values: [5, null, 7] })).toEqual({
      seconds: [0, 1, 2, 3, 4, 5],
      a: [1, 2, 3, null, null, null],
      b: [5, 5, null, null, 7, 7],
    });
  });
});
