import { expect, test } from '@playwright/test';
import { memoryWarning, serviceFilesWarning, tooLittleMemory } from '../../../src/crowd/reach.ts';

const MIB = 1024 * 1024;
const enough = 4096 * MIB;

test('refuses a run that cannot fit into its memory limit', () => {
  expect(tooLittleMemory({ limitBytes: 256 * MIB, heapBytes: enough })).toContain(
    'The memory limit of this run is 256 MiB, and the main process and one worker need about 320 MiB.',
  );
  expect(tooLittleMemory({ limitBytes: null, heapBytes: 60 * MIB })).toContain('--max-old-space-size');
  expect(tooLittleMemory({ limitBytes: 330 * MIB, heapBytes: enough })).toBeUndefined();
  expect(tooLittleMemory({ limitBytes: null, heapBytes: enough })).toBeUndefined();
});

test('warns of a crowd that may exceed the memory limit', () => {
  const needs = { workers: 2, participants: 1000, startsService: false };
  expect(memoryWarning(needs, 512 * MIB)).toContain('1,000 participants in 2 workers need about 520 MiB');
  expect(memoryWarning({ ...needs, startsService: true }, 600 * MIB)).toContain('and the reference service');
  expect(memoryWarning(needs, 600 * MIB)).toBeUndefined();
  expect(memoryWarning(needs, null)).toBeUndefined();
});

test('warns when the reference service needs too many open files', () => {
  expect(serviceFilesWarning(100, 120)).toContain('100 participants need about 280 open files');
  expect(serviceFilesWarning(100, 1024)).toBeUndefined();
  expect(serviceFilesWarning(100, null)).toBeUndefined();
});
