import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { Exemplars } from '../../../src/crowd/exemplars.ts';
import type { Outcome } from '../../../src/timings/outcome.ts';

const pageWith = (picture: Buffer) => ({ screenshot: async () => picture }) as unknown as Page;

function fakeContext(): BrowserContext {
  const tracing = {
    start: async () => undefined,
    stop: async ({ path }: { path?: string } = {}) => {
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
  failures: readonly [operation: string, outcome: Outcome][] = [],
  picture = Buffer.from('a picture'),
): Promise<boolean> {
  const follower = exemplars.follow(who, ['token-of-nobody']);
  await follower.began(fakeContext());
  for (const [operation, ms] of Object.entries(took)) follower.took(operation, ms);
  for (const failure of failures) follower.failed(...failure);
  await follower.ends(pageWith(picture), outcome);
  return follower.traces;
}

const test = base.extend<{ privateFolder: string }>({
  privateFolder: async ({}, use, testInfo) => {
    const folder = testInfo.outputPath('private');
    mkdirSync(folder, { recursive: true });
    await use(folder);
    // Every test must leave the folder empty.
    expect(readdirSync(folder)).toEqual([]);
  },
});

test('keeps the traces of the slowest sessions of each operation and deletes all others', async ({
  privateFolder,
}, testInfo) => {
  const exemplars = new Exemplars({ every: 1, slices: 1, privateFolder });
  const times = [50, 10, 90, 70, 20, 80, 30];
  for (const ms of times) await session(exemplars, `user-${ms}`, { 'page.join': ms, 'page.open': 100 - ms });
  const folder = testInfo.outputPath('exemplars');
  const kept = await exemplars.write(folder);
  const of = (operation: string) => kept.filter((one) => one.operation === operation).map(({ ms }) => ms);
  expect(of('page.join')).toEqual([90, 80, 70]);
  expect(of('page.open')).toEqual([90, 80, 70]);
  // Two sessions explain one operation each, and one session both; each has one file.
  expect(readdirSync(folder).sort()).toEqual([...new Set(kept.map(({ trace }) => trace!))].sort());
  expect(readdirSync(folder)).toHaveLength(6);
  expect(exemplars.traced).toBe(times.length);
});

test('traces every third session, but not the first one, and no session with 0', async ({
  privateFolder,
}) => {
  const exemplars = new Exemplars({ every: 3, slices: 1, privateFolder });
  const traced: boolean[] = [];
  for (let index = 0; index < 7; index++) traced.push(await session(exemplars, `user-${index}`, {}));
  expect(traced).toEqual([false, true, false, false, true, false, false]);
  expect(exemplars.traced).toBe(2);
  const none = new Exemplars({ every: 0, slices: 1, privateFolder });
  expect(await session(none, 'user', {})).toBe(false);
  await exemplars.discard();
});

test('keeps a screenshot of an untraced failed session, and nothing of an aborted one', async ({
  privateFolder,
}, testInfo) => {
  const exemplars = new Exemplars({ every: 0, slices: 1, privateFolder });
  await session(exemplars, 'fine', { 'page.join': 5000 });
  await session(exemplars, 'crashed', { 'page.join': 10 }, 'page crashed');
  await session(exemplars, 'stopped', { 'page.join': 10 }, 'aborted');
  const folder = testInfo.outputPath('exemplars');
  const kept = await exemplars.write(folder);
  expect(kept).toMatchObject([{ operation: 'page.session', who: 'crashed', ms: null, trace: null }]);
  expect(existsSync(join(folder, kept[0]!.screenshot!))).toBe(true);
});

test('keeps a failed session under its first failed operation, at most three per operation', async ({
  privateFolder,
}, testInfo) => {
  const exemplars = new Exemplars({ every: 1, slices: 1, privateFolder });
  for (let number = 0; number < 5; number++)
    await session(exemplars, `late-${number}`, {}, 'timeout', [
      ['page.join', 'timeout'],
      ['page.session', 'timeout'],
    ]);
  await session(exemplars, 'refused', {}, 'refused', [
    ['page.open', 'refused'],
    ['page.join', 'error'],
  ]);
  // This session continued after a failure, which is kept all the same.
  await session(exemplars, 'missed-a-hand', { 'page.join': 5 }, 'ok', [['page.hand-visible', 'timeout']]);
  const folder = testInfo.outputPath('exemplars');
  const kept = await exemplars.write(folder);
  const shown = kept.map(({ operation, outcome, ms, who, screenshot }) => [
    operation,
    outcome,
    ms,
    who,
    screenshot !== null,
  ]);
  expect(shown).toEqual([
    ['page.hand-visible', 'timeout', null, 'missed-a-hand', false],
    ['page.join', 'ok', 5, 'missed-a-hand', false],
    ['page.join', 'timeout', null, 'late-0', true],
    ['page.join', 'timeout', null, 'late-1', true],
    ['page.join', 'timeout', null, 'late-2', true],
    ['page.open', 'refused', null, 'refused', true],
  ]);
  for (const { trace } of kept) expect(existsSync(join(folder, trace!))).toBe(true);
});

test('keeps one file of a session that explains several operations, with its token redacted', async ({
  privateFolder,
}, testInfo) => {
  const exemplars = new Exemplars({ every: 1, slices: 1, privateFolder });
  const operations = ['page.hand-visible', 'page.join', 'page.lcp', 'page.reconnect'];
  const took = Object.fromEntries(operations.map((operation) => [operation, 900]));
  await session(exemplars, 'slow', took, 'timeout', [['page.join', 'timeout']]);
  // A second session of the same user, whose ID is no file name.
  for (const ms of [800, 700]) await session(exemplars, '../A user', { 'page.join': ms });
  const folder = testInfo.outputPath('exemplars');
  const kept = await exemplars.write(folder);
  expect(kept.map(({ operation, who, trace }) => `${operation} ${who} ${trace}`)).toEqual([
    'page.hand-visible slow slow.zip',
    'page.join slow slow.zip',
    expect.stringMatching(/^page\.join \.\.\/A user a-user-\w{8}\.zip$/),
    expect.stringMatching(/^page\.join \.\.\/A user a-user-\w{8}-2\.zip$/),
    'page.join slow slow.zip',
    'page.lcp slow slow.zip',
    'page.reconnect slow slow.zip',
  ]);
  expect(readdirSync(folder)).toHaveLength(4);
  expect(kept[0]!.screenshot).toBe('slow.png');
  const inside = unzipSync(readFileSync(join(folder, 'slow.zip')));
  expect(strFromU8(inside['trace.trace']!)).toBe('[token]');
});

test('gives the first failures and the slowest sessions their files up to the limit of the slice', async ({
  privateFolder,
}, testInfo) => {
  // Each slice gets half a MiB: two pictures fit.
  const exemplars = new Exemplars({ every: 0, slices: 1000, privateFolder });
  for (const who of ['first', 'second', 'third'])
    await session(exemplars, who, {}, 'timeout', [['page.join', 'timeout']], randomBytes(200_000));
  await session(exemplars, 'other', {}, 'refused', [['page.open', 'refused']], randomBytes(200_000));
  const kept = await exemplars.write(testInfo.outputPath('exemplars'));
  expect(kept.map(({ who, screenshot }) => [who, screenshot])).toEqual([
    ['first', 'first.png'],
    ['second', null],
    ['third', null],
    ['other', 'other.png'],
  ]);
});

test('discards raw traces that were not written', async ({ privateFolder }) => {
  const exemplars = new Exemplars({ every: 1, slices: 1, privateFolder });
  await session(exemplars, 'somebody', { 'page.join': 1 });
  expect(readdirSync(privateFolder)).toHaveLength(1);
  await exemplars.discard();
});
