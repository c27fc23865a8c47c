import { expect, test } from '@playwright/test';
import { ofKind, pairsOf, recordsOfRun } from '../../../src/history/find-records.ts';
import type { HistoryRecord } from '../../../src/history/record.ts';
import { recordOf } from './records.ts';

const run = (n: number, runId: string, over: Partial<HistoryRecord> = {}) => recordOf(n, { runId, ...over });
const records = [
  run(1, '20261101-aaaa'),
  run(2, '20261102-bbbb'),
  run(2, '20261102-bbbb', { kind: 'load', name: 'crowd' }),
  run(3, '20261103-cccc', { settings: { ITERATIONS: 5 } }),
  run(4, '20261104-dddd'),
  run(5, '20261105-eeee', { kind: 'load', name: 'crowd' }),
];
const baseline = run(0, '20261031-base');
const chooser = {
  records,
  baselineFor: async ({ kind }: HistoryRecord) =>
    kind === 'bench' ? { baseline, others: [] } : { others: ['the baseline of run x differs in machine'] },
};
const ids = async (one: string, other: string) =>
  (await pairsOf(chooser, one, other)).map((pair) =>
    [pair.one, pair.other].map((found) =>
      typeof found === 'string' ? found : `${found.runId} ${found.kind}`,
    ),
  );

test.describe('the records of a run', () => {
  const cases: [string, string, number][] = [
    ['20261102-bbbb', '20261102-bbbb', 2],
    ['20261104', '20261104-dddd', 1],
    ['last', '20261105-eeee', 1],
  ];
  for (const [written, runId, count] of cases) {
    test(`finds a run by "${written}"`, () => {
      const found = recordsOfRun(records, written);
      expect(found.map((record) => record.runId)).toEqual(Array(count).fill(runId));
    });
  }

  test('finds a run by an exact id that is also the start of another id', () => {
    expect(recordsOfRun([run(1, 'a'), run(2, 'ab')], 'a')).toHaveLength(1);
  });

  const mistakes: [string, readonly HistoryRecord[], RegExp][] = [
    ['20261', records, /^5 runs begin with "20261": 20261101-aaaa, .*\. Write more of the id\.$/],
    [
      'x',
      records,
      /^No run in the history begins with "x"\. Use last, previous, baseline, or one of: 20261105-eeee, 20261104-dddd, /,
    ],
    ['last', [], /^The history has no run yet\. Each `npx playwright test`/],
  ];
  for (const [written, all, sentence] of mistakes)
    test(`finds no run for "${written}" among ${all.length} records, and says what to write`, () => {
      expect(() => recordsOfRun(all, written)).toThrow(sentence);
    });
});

test('records are filtered by kind, and an unknown kind lists the known ones', () => {
  expect(ofKind(records, 'load')).toHaveLength(2);
  expect(ofKind(records, undefined)).toHaveLength(records.length);
  expect(ofKind([], 'chaos')).toEqual([]);
  expect(() => ofKind(records, 'chaos')).toThrow(
    /^The history has no chaos run yet, only bench and load\. Start one with `npx playwright test --project=chaos`\.$/,
  );
});

test.describe('pairs of two runs', () => {
  test('pairs two runs by their ids, phase by phase', async () => {
    expect(await ids('20261101', '20261102')).toEqual([
      ['20261101-aaaa bench', '20261102-bbbb bench'],
      ['Run 20261101-aaaa has no load crowd.', '20261102-bbbb load'],
    ]);
  });

  test('takes the last comparable run of the same phase as previous', async () => {
    expect(await ids('previous', 'last')).toEqual([['20261102-bbbb load', '20261105-eeee load']]);
    expect(await ids('previous', '20261104')).toEqual([['20261102-bbbb bench', '20261104-dddd bench']]);
    expect(await ids('previous', '20261103')).toEqual([['20261102-bbbb bench', '20261103-cccc bench']]);
    expect(await ids('20261102', 'previous')).toEqual([
      ['20261102-bbbb bench', '20261101-aaaa bench'],
      ['20261102-bbbb load', 'The history has no load crowd before run 20261102-bbbb.'],
    ]);
  });

  test('takes the baseline of the other run', async () => {
    expect(await ids('baseline', '20261104')).toEqual([['20261031-base bench', '20261104-dddd bench']]);
    expect(await ids('baseline', 'last')).toEqual([
      [
        'No baseline was accepted for load crowd (the baseline of run x differs in machine). Accept a run with `npx fullhouse baseline`.',
        '20261105-eeee load',
      ],
    ]);
    expect(await ids('previous', 'baseline')).toEqual([
      ['20261102-bbbb load', expect.stringContaining('No baseline')],
    ]);
  });
});
