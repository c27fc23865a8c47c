import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { temporaryOutputFolder } from '../../../src/run/output-folder.ts';
import { runFolder } from '../../../src/run/run-folder.ts';

const test = base.extend<{ runId: string }>({
  runId: async ({}, use) => {
    const id = `00000000-000000-${randomBytes(4).toString('hex')}`;
    await use(id);
    rmSync(runFolder(id), { recursive: true, force: true });
  },
});

test('uses the folder of the run and does not create it for a list of tests', async ({ runId }) => {
  expect(await temporaryOutputFolder(runId)).toBeUndefined();
  expect(existsSync(runFolder(runId))).toBe(false);
});

test('uses a private temporary folder when the folder of the run cannot be created', async ({
  runId,
}, testInfo) => {
  const parent = testInfo.outputPath('tmp');
  mkdirSync(parent, { recursive: true });
  mkdirSync(dirname(runFolder(runId)), { recursive: true });
  writeFileSync(runFolder(runId), 'a file where the folder is to be');
  const folder = await temporaryOutputFolder(runId, parent);
  expect(dirname(dirname(folder!))).toBe(parent);
  expect(existsSync(dirname(folder!))).toBe(true);
  await expect(temporaryOutputFolder(runId, '/dev/null/tmp')).rejects.toThrow('could not be written');
});
