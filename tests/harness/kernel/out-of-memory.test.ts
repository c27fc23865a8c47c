import { spawnSync } from 'node:child_process';
import { totalmem } from 'node:os';
import { expect, test } from '@playwright/test';
import { memoryKills, memoryLimit } from '../../../src/kernel/out-of-memory.ts';

const MODULE = new URL('../../../src/kernel/out-of-memory.ts', import.meta.url).href;
const isLinux = process.platform === 'linux';

test('ignores a memory limit above the memory of the machine', () => {
  expect(memoryLimit(256 * 1024 * 1024)).toBe(256 * 1024 * 1024);
  for (const none of [0, totalmem(), 2 ** 64]) expect(memoryLimit(none)).toBeNull();
});

test('counts the processes that the kernel killed', () => {
  test.skip(!isLinux, 'Linux counts them.');
  expect(memoryKills()).toBeGreaterThanOrEqual(0);
});

test('dieFirst() raises the OOM score of a worker to 500', () => {
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
