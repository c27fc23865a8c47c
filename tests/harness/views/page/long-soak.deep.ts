import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, mergeTests } from '@playwright/test';
import { keepFacts } from '../../../../src/results/evidence/keep.ts';
import { keepRound, keepSoakPlan, SAMPLES_FILE } from '../../../../src/results/evidence/keep-soak.ts';
import { writeRunFile } from '../../../../src/run/run-folder.ts';
import { publish } from '../../../../src/views/publish.ts';
import { test as withBrowser } from '../../network/page/page-fixture.ts';
import { test as withRun } from '../../reporters/kept-run.ts';
import { soaked } from '../../results/soaked.ts';
import { circumstances } from '../../results/summary/crowd-records.ts';

const test = mergeTests(withRun, withBrowser);
test.setTimeout(120_000); // it prints how long it takes; a busy machine takes several times as long

test('the reports of a soak of 8 hours with 64 metrics are small, and its page draws every chart', async ({
  keptRun,
  chromium: browser,
}, testInfo) => {
  testInfo.skip(typeof browser === 'string', String(browser));
  if (typeof browser === 'string') return;
  const { plan, rounds, samples } = soaked({ rounds: 48, workMs: 540_000, restMs: 60_000, more: 60 });
  await keepFacts({ ...circumstances('').facts, runId: keptRun.id });
  await keepSoakPlan(keptRun.id, plan);
  for (const round of rounds) await keepRound(keptRun.id, round);
  const lines = samples.map((sample) => `${JSON.stringify(sample)}\n`).join('');
  await writeRunFile(keptRun.id, SAMPLES_FILE, lines);
  const began = performance.now();
  const { files, problems } = await publish(keptRun.id);
  const published = performance.now();
  expect(problems).toEqual([]);
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(pathToFileURL(join(keptRun.folder, 'index.html')).href);
  const openedMs = await page.evaluate('performance.now()');
  const bytes = Buffer.byteLength(readFileSync(files.get('index.html')!));
  console.log(
    `${(Buffer.byteLength(lines) / 1e6).toFixed(1)} MB of samples published in ${Math.round(published - began)} ms; ` +
      `page of ${(bytes / 1e6).toFixed(2)} MB opened in ${Math.round(Number(openedMs))} ms`,
  );
  expect(bytes).toBeLessThan(1_000_000);
  await expect(page.locator('table.soak-metrics tbody tr')).toHaveCount(66);
  expect(await page.locator('.plot canvas').count()).toBeGreaterThan(6);
  expect(complaints).toEqual([]);
  await page.close();
});
