import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { processIdentity } from '../../../src/kernel/process-identity.ts';

const root = join(import.meta.dirname, '../../..');
const command = ['--import', 'tsx', 'src/kernel/start-command.ts', 'tests/harness/kernel/ended-command.mjs'];

for (const [signal, code] of [
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)
  test(`${signal} ends a command and its child, and removes its temporary folder`, async () => {
    const parent = mkdtempSync(join(tmpdir(), 'ended-command-'));
    try {
      const { NODE_OPTIONS: _, ...env } = process.env;
      const started = spawn(process.execPath, [...command, parent], { cwd: root, env, stdio: 'pipe' });
      const [said] = (await once(started.stdout.setEncoding('utf8'), 'data')) as [string];
      const child = Number(/child (\d+)/.exec(said)?.[1]);
      expect(readdirSync(parent)).toHaveLength(1);
      started.kill(signal);
      expect(await once(started, 'exit')).toEqual([code, null]);
      expect(readdirSync(parent)).toEqual([]);
      await expect.poll(() => processIdentity(child)).toBeUndefined();
    } finally {
      rmSync(parent, { recursive: true });
    }
  });
