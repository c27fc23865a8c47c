import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { RunEvidence } from '../../../src/results/evidence/read.ts';
import { reachOf, reachOfCrowd } from './reach.ts';

const startedAt = '2026-11-24T10:00:00.000Z';

function crowdWith(...indexes: number[][]): Pick<RunEvidence, 'crowds'> {
  const reports = indexes.map((of) => ({ timings: { windows: of.map((index) => ({ index })) } }));
  return { crowds: [{ startedAt, reports }] } as unknown as Pick<RunEvidence, 'crowds'>;
}

test('the evidence of a crowd reaches to the end of the newest second of any slice', () => {
  const fromMs = Date.parse(startedAt);
  expect(reachOfCrowd(crowdWith([0, 1, 2], [0, 1, 4]))).toEqual({ fromMs, toMs: fromMs + 5000 });
  expect(reachOfCrowd(crowdWith([], []))).toEqual({ fromMs, toMs: undefined });
  expect(reachOfCrowd({ crowds: [] })).toEqual({ fromMs: undefined, toMs: undefined });
});

test('takes the newest complete file as the end of the evidence of other phases', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fullhouse-reach-'));
  try {
    const nothing = {} as RunEvidence;
    expect(reachOf('chaos', nothing, folder)).toEqual({ fromMs: undefined, toMs: undefined });
    mkdirSync(join(folder, 'chaos'));
    const writeAt = (name: string, second: number) => {
      const path = join(folder, 'chaos', name);
      writeFileSync(path, '');
      utimesSync(path, second, second);
    };
    writeAt('one.json', 100);
    writeAt('two.json', 200);
    writeAt('two.json.7.part', 300);
    expect(reachOf('chaos', nothing, folder)).toEqual({ fromMs: undefined, toMs: 200_000 });
    expect(reachOf('bench', nothing, folder).toMs).toBeUndefined();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
