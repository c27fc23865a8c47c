import { spawnSync } from 'node:child_process';
import { totalmem } from 'node:os';
import { expect, test } from '@playwright/test';
import { memoryKills, memoryLimit } from '../../../src/kernel/out-of-memory.ts';

const MODULE = new URL('../../../src/kernel/out-of-memory.ts', import.meta.url).href;
const isLinux = process.platform === 'linux';

test('a limit above the memory of the machine limits nothing', () => {
  expect(memoryLimit(256 * 1024 * 1024)).toBe(256 * 1024 * 1024);
  for (const none of [0, totalmem(), 2 ** 64]) expect(memoryLimit(none)).toBeNull();
});

test('processes that the kernel ended are counted', () => {
  test.skip(!isLinux, 'Linux counts them.');
  expect(memoryKills()).toBeGreaterThanOrEqual(0);
});

test('a worker is ended before the main process', () => {
  test.skip(!isLinux, 'Linux has the score.');
  const script = `
    const { dieFirst } = await import(${JSON.stringify(MODULE)});
    dieFirst();
    console.log((await import('node:fs')).readFileSync('/proc/self/oom_score_adj', 'utf8'));
  `;
  const args = ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', script];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(Number(stdout)).toBe(500);
});
