import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { whyNoBrowser } from '../../../src/browser/launch-options.ts';
import { JWT } from '../reporters/planted.ts';
import { Run, run } from './run.ts';

/** The folder for all temporary files of a run. */
const test = base.extend<{ temporary: string }>({
  temporary: async ({}, use) => {
    // Chromium and PostgreSQL place their sockets in it, whose paths must be short.
    const folder = mkdtempSync(join(tmpdir(), 'fh-'));
    // Root starts PostgreSQL as another user, who must be able to enter the folder.
    chmodSync(folder, 0o755);
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
});

/** The files below a folder that contain a token as plain text. Archives only repeat other files. */
function filesWithTokens(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => JWT.test(readIfThere(path)));
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // the file was removed
  }
}

function privateFolders(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('fullhouse-private.'));
}

/** A run that traces every browser session, after its raw traces contain tokens. */
async function traced(temporary: string): Promise<Run> {
  const load = new Run({
    TMPDIR: temporary,
    BROWSER_USERS: '2',
    BROWSER_TRACE_EVERY: '1',
    TEST_DURATION: '10',
  });
  await expect.poll(() => filesWithTokens(temporary), { timeout: 60_000 }).not.toEqual([]);
  return load;
}

function kill(load: Run, name: string): void {
  for (const [pid, command] of load.descendants) if (command.includes(name)) process.kill(pid, 'SIGKILL');
}

test.describe('raw traces, which contain tokens,', () => {
  test.skip(whyNoBrowser() !== undefined, whyNoBrowser());
  test.slow();

  test('a run removes raw traces with tokens after its workers are killed', async ({ temporary }) => {
    const load = await traced(temporary);
    expect(privateFolders(temporary)).toHaveLength(1);
    kill(load, 'workerProcess');
    const { summary } = await load.end();
    expect(summary!.slices.map(({ state }) => state)).toEqual(['lost', 'lost']);
    expect(filesWithTokens(temporary)).toEqual([]);
    expect(privateFolders(temporary)).toEqual([]);
  });

  test('the next run removes raw traces with tokens of a killed run', async ({ temporary }) => {
    const load = await traced(temporary);
    const { descendants } = load;
    process.kill(load.pid, 'SIGKILL');
    for (const [pid, command] of descendants)
      if (command.includes('workerProcess')) process.kill(pid, 'SIGKILL');
    await load.end();
    // The next run has something to remove.
    expect(filesWithTokens(temporary)).not.toEqual([]);
    await run({ TMPDIR: temporary });
    expect(filesWithTokens(temporary)).toEqual([]);
    expect(privateFolders(temporary)).toEqual([]);
  });
});
