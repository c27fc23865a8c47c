import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { capacitySchema } from '../../../src/capacity/evidence.ts';
import { readEvidence } from '../../../src/results/evidence/read.ts';
import { runFolder } from '../../../src/run/run-folder.ts';
import { run } from './run.ts';

/** What the run says of the service depends on the machine, so only its parts are looked at: the deep suite tests the answers. */
const codes = [0, 1, 2];

test.describe.configure({ mode: 'parallel' });

test('a capacity search runs from its first level to its answer, its page and its record', async () => {
  const { code, id, output, summary } = await run({ CAPACITY_FOR: '60s', CAPACITY_AT_MOST: '5' }, [
    '--project=capacity',
    '--workers=2',
  ]);
  expect(codes).toContain(code);
  const { crowds, damaged } = readEvidence(id!);
  expect(damaged).toEqual([]);
  const { levels, answer } = capacitySchema.parse(crowds[0]!.capacity);
  expect(levels[0]).toMatchObject({ level: 5 });
  expect(levels[0]!.calls).toBeGreaterThan(0);
  expect(summary!.answer.sentence).toContain(answer!.sentence);
  expect(output).toMatch(/^Capacity {2}5 users /m);
  expect(readFileSync(join(runFolder(id!), 'index.html'), 'utf8')).toContain('Levels of the search');
  expect(output).toContain('Saved to history: capacity');
});

test('a soak runs its rounds to its verdict, its page and its record', async () => {
  const { code, id, output } = await run({ SOAK_FOR: '60s', SOAK_ROUNDS: '3' }, [
    '--project=soak',
    '--workers=2',
  ]);
  expect(codes).toContain(code);
  const { soak, crowds, damaged } = readEvidence(id!);
  expect([crowds, damaged]).toEqual([[], []]);
  expect(soak!.rounds.map(({ number, isWhole }) => [number, isWhole])).toEqual([
    [1, true],
    [2, true],
    [3, true],
  ]);
  expect(soak!.samples.length).toBeGreaterThan(10);
  expect(output.match(/^Soak {2}round \d of 3/gm)).toHaveLength(3);
  for (const file of ['index.html', 'soak.md', 'soak.json'])
    expect(existsSync(join(runFolder(id!), file)), file).toBe(true);
  expect(output).toContain('Saved to history: soak');
});
