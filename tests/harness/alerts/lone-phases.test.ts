import { expect, test } from '@playwright/test';
import { alertOf } from '../../../src/alerts/alert-of.ts';
import { annotations } from '../../../src/alerts/annotations.ts';
import { slackMessage } from '../../../src/alerts/slack.ts';
import { alertMarkdown } from '../../../src/alerts/step-summary.ts';
import type { HistoryRecord } from '../../../src/history/record.ts';
import { judgeByThePast } from '../../../src/history/regressions.ts';
import { recordOfCrowd } from '../../../src/results/records/crowd.ts';
import { recordOfSoak } from '../../../src/results/records/soak.ts';
import { summarise } from '../../../src/results/summary/summarise.ts';
import { found, hostile, nothing } from '../results/searched.ts';
import { searchedCrowd } from '../results/searched-run.ts';
import { judgedMetrics, soaked, soakReport } from '../results/soaked.ts';
import { circumstances } from '../results/summary/crowd-records.ts';

const day = (n: number) => `2026-11-${String(n).padStart(2, '0')}T14:00:00.000Z`;

function search(n: number, over: Parameters<typeof searchedCrowd>[0]): HistoryRecord {
  const crowd = searchedCrowd(over);
  return { ...recordOfCrowd(summarise(crowd), crowd), runId: `run-${n}`, at: day(n) };
}

function soak(
  n: number,
  verdict: 'grows' | 'flat' | 'unsettled',
  metric = 'process_open_fds',
): HistoryRecord {
  const evidence = soaked();
  const [grows] = judgedMetrics(evidence);
  const { summary } = soakReport(evidence, [
    { ...grows!, metric, label: metric, verdict, message: `${metric} ${verdict}` },
  ]);
  const shown = verdict === 'flat' ? { ...summary, verdict: 'passed' as const, reasons: [] } : summary;
  return { ...recordOfSoak(shown, evidence.rounds, circumstances('').facts), runId: `run-${n}`, at: day(n) };
}

const alert = (record: HistoryRecord, earlier: HistoryRecord[] = []) =>
  alertOf({ records: [record], earlier, reports: [], when: 'degraded' });

test('a capacity below the required one degrades, and recovers', () => {
  const [enough, tooLow] = [search(1, { atLeast: 400 }), search(2, { atLeast: 500 })];
  expect(alert(enough)).toBeUndefined();
  expect(alert(tooLow)).toMatchObject({
    status: 'degraded',
    degraded: [{ kind: 'target', subject: 'capacity >= 500 users', value: 430, limit: 500, runs: 1 }],
    problems: [],
  });
  const again = search(3, { atLeast: 500, answer: { ...found, holds: 510, breaks: 530 } });
  expect(alert(again, [tooLow])).toMatchObject({
    status: 'recovered',
    recovered: [{ kind: 'target', subject: 'capacity >= 500 users' }],
  });
});

test('a search in which nothing holds degrades once, and recovers with the next answer', () => {
  const none = search(1, { answer: nothing });
  expect(alert(none)).toMatchObject({
    degraded: [{ kind: 'check', subject: 'a level holds' }],
    problems: [],
  });
  expect(alert(search(2, {}), [none])).toMatchObject({ status: 'recovered' });
});

test('a capacity that fell degrades by its figures', () => {
  const [before, after] = [search(1, {}), search(2, { answer: { ...found, holds: 360, breaks: 378 } })];
  const { regressions } = judgeByThePast(after, { baseline: before, earlier: [] });
  const fallen = { ...after, regressions, verdict: 'failed' as const };
  expect(alert(fallen)).toMatchObject({
    degraded: [
      {
        kind: 'regression',
        subject: 'capacity',
        value: 360,
        before: 430,
        unit: 'users',
        against: 'baseline',
      },
    ],
  });
});

test('a metric that grows degrades, recovers when it is flat, and not while it is unsettled', () => {
  const grows = soak(1, 'grows');
  expect(alert(grows)).toMatchObject({
    status: 'degraded',
    degraded: [{ kind: 'check', scope: 'process_open_fds', subject: 'returns to rest' }],
    problems: [],
  });
  expect(alert(soak(2, 'unsettled'), [grows])).toMatchObject({ status: 'problem', recovered: [] });
  expect(alert(soak(2, 'flat'), [grows])).toMatchObject({
    status: 'recovered',
    recovered: [{ kind: 'check', scope: 'process_open_fds' }],
  });
});

test('names of foreign metrics are neither markup nor commands in any format', () => {
  const made = alert(soak(1, 'grows', `${hostile}\n::error::x`))!;
  const slack = JSON.stringify(slackMessage(made));
  expect(slack).not.toContain('<img');
  expect(alertMarkdown(made)).not.toMatch(/(?<!\\)<img/);
  for (const line of annotations(made)) expect(line.split('\n')).toHaveLength(1);
});
