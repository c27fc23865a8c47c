import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Baselines } from '../../../src/history/baselines.ts';
import { emptyFolder, machine, recordOf } from './records.ts';

test('an accepted record is the baseline of comparable records', async () => {
  const baselines = new Baselines(join(emptyFolder(), 'baselines'));
  expect(await baselines.baselineFor(recordOf(1))).toEqual({ others: [] });
  const path = await baselines.accept(recordOf(1));
  expect(path).toMatch(/bench-endpoints-reference-[0-9a-f]{8}\.json$/);
  const { baseline, others } = await baselines.baselineFor(recordOf(2));
  expect(baseline).toEqual(recordOf(1));
  expect(others).toEqual([]);
});

test('a record that is accepted later replaces the baseline', async () => {
  const baselines = new Baselines(emptyFolder());
  await baselines.accept(recordOf(1));
  await baselines.accept(recordOf(5));
  expect((await baselines.baselineFor(recordOf(6))).baseline).toEqual(recordOf(5));
  expect(readdirSync(baselines.folder)).toHaveLength(1);
});

test('each machine, service and setting has its own baseline; others are named', async () => {
  const baselines = new Baselines(emptyFolder());
  const elsewhere = recordOf(2, { machine: { ...machine, cores: 4, fingerprint: 'bbbbbbbbbbbb' } });
  await baselines.accept(recordOf(1));
  await baselines.accept(elsewhere);
  await baselines.accept(recordOf(1, { kind: 'load', name: 'crowd' }));
  expect((await baselines.baselineFor(recordOf(9))).baseline).toEqual(recordOf(1));
  expect((await baselines.baselineFor({ ...elsewhere, at: recordOf(9).at })).baseline).toEqual(elsewhere);
  const { baseline, others } = await baselines.baselineFor(
    recordOf(9, { settings: { ITERATIONS: 50, SEED: 1 } }),
  );
  expect(baseline).toBeUndefined();
  expect(others).toHaveLength(2);
  expect(others.join('\n')).toMatch(/^the baseline of run \S+ differs in .*ITERATIONS: 50 against 100$/m);
  expect(others.join('\n')).toContain('differs in machine: A processor, 2 cores');
});

test('a damaged baseline is named, and hides no other', async () => {
  const baselines = new Baselines(emptyFolder());
  await baselines.accept(recordOf(1));
  writeFileSync(join(baselines.folder, 'bench-x.json'), '{');
  expect((await baselines.baselineFor(recordOf(2))).baseline).toEqual(recordOf(1));
  const { damaged } = await baselines.read();
  expect(damaged).toEqual([{ file: 'bench-x.json', reason: expect.stringContaining('not JSON') }]);
});
