import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { HistoryRecord } from '../../../src/history/record.ts';
import { type Phases, phaseMistakes, timesOf } from '../runs/all-phases.ts';
import { test } from '../setup/folder.ts';

const at = (second: number) => Date.UTC(2026, 10, 23, 14, 0, second);
const impossible = {
  target: 'error rate < 0 %',
  statistic: 'error rate',
  comparator: '<',
  state: 'missed',
  value: 0,
  limit: 0,
  unit: '%',
} as const;
const record = (
  kind: HistoryRecord['kind'],
  verdict: HistoryRecord['verdict'],
  messages = [`why ${kind}`],
) => ({
  kind,
  verdict,
  reasons: messages.map((message) => ({ kind: 'other' as const, message })),
  targets: kind === 'load' ? [impossible] : [],
});
const [load, chaos, bench, conduct] = [
  record('load', 'failed'),
  record('chaos', 'passed', []),
  record('bench', 'passed', []),
  record('conduct', 'passed', []),
];

/** Load for 9 seconds, two experiments until the 19th, then two benchmarks, then a question. */
const fine: Phases = {
  code: 1,
  records: [load, chaos, bench, conduct],
  load: { start: at(0), end: at(9) },
  conduct: [{ start: at(22), end: at(23) }],
  chaos: [
    { start: at(10), end: at(15) },
    { start: at(15), end: at(19) },
  ],
  bench: [at(20), at(21)],
};

test.describe('Which mistakes does a run of all phases have?', () => {
  test('accepts a failed load and passed phases that ran one after the other', () => {
    expect(phaseMistakes(fine)).toEqual([]);
  });

  test('accepts inconclusive experiments and benchmarks with a reason', () => {
    const records = [load, conduct, record('chaos', 'inconclusive'), record('bench', 'inconclusive')];
    expect(phaseMistakes({ ...fine, records })).toEqual([]);
  });

  const damages: [string, Partial<Phases>, string][] = [
    ['a missed target that does not fail the run', { code: 0 }, 'it ended with 0, not with 1'],
    ['a run without an exit code', { code: null }, 'it ended with null, not with 1'],
    [
      'a load that passed',
      { records: [record('load', 'passed', []), conduct, chaos, bench] },
      'load: passed',
    ],
    [
      'an inconclusive load',
      { records: [record('load', 'inconclusive'), conduct, chaos, bench] },
      'load: inconclusive; why load',
    ],
    [
      'a load that failed for another reason than its target',
      { records: [{ ...load!, targets: [] }, conduct, chaos, bench] },
      'load: failed; why load',
    ],
    [
      'an experiment that failed',
      { records: [load, conduct, record('chaos', 'failed'), bench] },
      'chaos: failed; why chaos',
    ],
    [
      'a phase that was interrupted',
      { records: [load, conduct, record('chaos', 'interrupted'), bench] },
      'chaos: interrupted; why chaos',
    ],
    [
      'a benchmark that failed',
      { records: [load, conduct, chaos, record('bench', 'failed')] },
      'bench: failed; why bench',
    ],
    [
      'an inconclusive benchmark without a reason',
      { records: [load, conduct, chaos, record('bench', 'inconclusive', [])] },
      'bench: inconclusive without a reason',
    ],
    ['a phase that was skipped', { records: [load, conduct, chaos] }, 'bench: not run'],
    ['a phase that was run twice', { records: [load, conduct, chaos, chaos, bench] }, 'chaos: 2 records'],
    ['conduct without answers', { conduct: [] }, 'no question left an answer'],
    ['experiments without journals', { chaos: [] }, 'no experiment left a journal'],
    ['benchmarks without results', { bench: [] }, 'no benchmark left a result'],
    [
      'an experiment during the load',
      { chaos: [{ start: at(8), end: at(19) }] },
      'the experiments began before the load ended',
    ],
    [
      'a conduct question during the benchmarks',
      { conduct: [{ start: at(20), end: at(23) }] },
      'the questions began before the benchmarks ended',
    ],
    [
      'a benchmark during the experiments',
      { bench: [at(18), at(21)] },
      'the benchmarks began before the experiments ended',
    ],
  ];
  for (const [title, over, said] of damages)
    test(`reports ${title}`, () => expect(phaseMistakes({ ...fine, ...over } as Phases)).toEqual([said]));
});

test('reads the times of the phases from the folder of the run', ({ folder }) => {
  const iso = (second: number) => new Date(at(second)).toISOString();
  const files: Record<string, object> = {
    'conduct/one.json': { startedAt: iso(22), durationMs: 1000 },
    'summary.json': { run: { startedAt: iso(0), durationS: 9 } },
    'chaos/one.json': { start: iso(10), end: iso(15) },
    'chaos/one.timings.json': { operations: {}, windows: [] },
    'chaos/two.json': { start: iso(15), end: iso(19) },
    'bench/one.json': { startedAt: iso(20) },
    'bench/two.json': { startedAt: iso(21) },
  };
  for (const sub of ['conduct', 'chaos', 'bench']) mkdirSync(join(folder, sub));
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), JSON.stringify(content));
  const { code: _, records: __, ...times } = fine;
  expect(timesOf(folder)).toEqual(times);
  mkdirSync(join(folder, 'only'));
  writeFileSync(join(folder, 'only/summary.json'), JSON.stringify(files['summary.json']));
  expect(timesOf(join(folder, 'only'))).toEqual({ load: times.load, conduct: [], chaos: [], bench: [] });
});
