import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';
import { strToU8, zipSync } from 'fflate';
import { Exemplars } from '../../../src/crowd/exemplars.ts';
import type { Outcome } from '../../../src/timings/outcome.ts';

const fakePage = { screenshot: async () => Buffer.from('a picture') } as unknown as Page;

function fakeContext(stopped: (string | undefined)[]): BrowserContext {
  const tracing = {
    start: async () => undefined,
    stop: async ({ path }: { path?: string } = {}) => {
      stopped.push(path);
      if (path !== undefined) await writeFile(path, zipSync({ 'trace.trace': strToU8('token-of-nobody') }));
    },
  };
  return { tracing } as unknown as BrowserContext;
}

async function session(
  exemplars: Exemplars,
  who: string,
  took: Record<string, number>,
  outcome: Outcome = 'ok',
  stopped: (string | undefined)[] = [],
): Promise<boolean> {
  const follower = exemplars.follow(who, ['token-of-nobody']);
  await follower.began(fakeContext(stopped));
  for (const [operation, ms] of Object.entries(took)) follower.took(operation, ms);
  await follower.ends(fakePage, outcome);
  return follower.traces;
}

const test = base.extend<{ privateFolder: string }>({
  privateFolder: async ({}, use, testInfo) => {
    const folder = testInfo.outputPath('private');
    mkdirSync(folder, { recursive: true });
    await use(folder);
    // Whatever became of the sessions.
    expect(readdirSync(folder)).toEqual([]);
  },
});

test('the slowest of each operation keep their trace, and nothing else is left', async ({
  privateFolder,
}, testInfo) => {
  const exemplars = new Exemplars(1, privateFolder);
  const times = [50, 10, 90, 70, 20, 80, 30];
  for (const ms of times) await session(exemplars, `user-${ms}`, { 'page.join': ms, 'page.open': 100 - ms });
  const folder = testInfo.outputPath('exemplars');
  const kept = await exemplars.write(folder);
  const of = (operation: string) => kept.filter((one) => one.operation === operation).map(({ ms }) => ms);
  expect(of('page.join')).toEqual([90, 80, 70]);
  expect(of('page.open')).toEqual([90, 80, 70]);
  for (const { trace } of kept) expect(existsSync(join(folder, trace!))).toBe(true);
  expect(readdirSync(join(folder, 'page.join'))).toHaveLength(3);
  expect(exemplars.traced).toBe(times.length);
});

test('only the stated sample is traced; the first session of all is not in it', async ({ privateFolder }) => {
  const exemplars = new Exemplars(3, privateFolder);
  const traced: boolean[] = [];
  for (let index = 0; index < 7; index++) traced.push(await session(exemplars, `user-${index}`, {}));
  expect(traced).toEqual([false, true, false, false, true, false, false]);
  expect(exemplars.traced).toBe(2);
  const none = new Exemplars(0, privateFolder);
  expect(await session(none, 'user', {})).toBe(false);
  await exemplars.discard();
});

test('a failed session keeps a screenshot, traced or not; one that the harness ended keeps nothing', async ({
  privateFolder,
}, testInfo) => {
  const exemplars = new Exemplars(0, privateFolder);
  await session(exemplars, 'fine', { 'page.join': 5000 });
  await session(exemplars, 'crashed', { 'page.join': 10 }, 'page crashed');
  await session(exemplars, 'stopped', { 'page.join': 10 }, 'aborted');
  const folder = testInfo.outputPath('exemplars');
  const kept = await exemplars.write(folder);
  expect(kept).toMatchObject([{ operation: 'failed', who: 'crashed', ms: null, trace: null }]);
  expect(existsSync(join(folder, kept[0]!.screenshot!))).toBe(true);
});

test('what a crash gave up leaves no raw traces', async ({ privateFolder }) => {
  const exemplars = new Exemplars(1, privateFolder);
  await session(exemplars, 'somebody', { 'page.join': 1 });
  expect(readdirSync(privateFolder)).toHaveLength(1);
  await exemplars.discard();
});
