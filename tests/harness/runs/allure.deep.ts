import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, test as base, chromium, expect, type Page } from '@playwright/test';
import { launchOptions, whyNoBrowser } from '../../../src/browser/launch-options.ts';
import type { Summary } from '../../../src/results/summary/schema.ts';
import { runFolder } from '../../../src/run/run-folder.ts';
import { parseTargets, splitTargets } from '../../../src/targets/parse.ts';
import { allureReportFolder } from '../../../src/views/allure/results-folder.ts';
import { publish } from '../../../src/views/publish.ts';
import { run } from './run.ts';

const root = join(import.meta.dirname, '../../..');

/** A page with Allure's report. Requests to other hosts are recorded and get 404. */
interface AllurePage {
  readonly page: Page;
  readonly askedOthers: string[];
  /** Opens the report of this run. */
  open(runId: string): Promise<unknown>;
}

const test = base.extend<{ allure: AllurePage }>({
  allure: async ({}, use, testInfo) => {
    const surroundings = { chromiumPath: process.env.CHROMIUM_PATH };
    const missing = whyNoBrowser(surroundings);
    testInfo.skip(missing !== undefined, missing);
    const browser: Browser = await chromium.launch(launchOptions(surroundings));
    const page = await browser.newPage();
    const askedOthers: string[] = [];
    let folder = '';
    await page.route('**/*', async (route) => {
      const url = new URL(route.request().url());
      const path = join(folder, url.pathname === '/' ? 'index.html' : url.pathname);
      if (url.protocol === 'blob:' || url.protocol === 'data:') return route.continue();
      if (url.host !== 'allure.test') askedOthers.push(url.href);
      if (url.host !== 'allure.test' || !existsSync(path)) return route.fulfill({ status: 404, body: '' });
      return route.fulfill({ path });
    });
    const open = (runId: string) => {
      folder = allureReportFolder(runId);
      return page.goto('http://allure.test/');
    };
    await use({ page, askedOthers, open });
    await browser.close();
  },
});

/** Runs `npx fullhouse allure <run>`. @returns its exit code and output */
async function generate(id: string, history: string): Promise<{ code: number; output: string }> {
  const args = ['--import', 'tsx', 'src/kernel/start-command.ts', 'src/views/allure/generate.ts', id];
  const options = { cwd: root, env: { ...process.env, HISTORY_FOLDER: history } };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, options);
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}

/** The summary of the same crowd with other targets. */
async function askedOtherwise(id: string, targets: string): Promise<Summary> {
  const other = `00000000-000000-${randomUUID().slice(0, 8)}`;
  cpSync(join(runFolder(id), 'evidence'), join(runFolder(other), 'evidence'), { recursive: true });
  const path = join(runFolder(other), 'evidence/meeting-sessions/crowd.json');
  const crowd = JSON.parse(readFileSync(path, 'utf8'));
  const asked = { targets: parseTargets(splitTargets(targets)), facts: { ...crowd.facts, runId: other } };
  writeFileSync(path, JSON.stringify({ ...crowd, ...asked }));
  return (await publish(other)).crowds[0]!.summary;
}

test('the Allure report shows a load test with its targets and history, and its gate matches the verdict', async ({
  allure: { page, askedOthers, open },
}) => {
  const history = join(root, 'reports/harness/past', randomUUID());
  const missed = await run({ TARGETS: 'p95 < 5000 ms; count < 1' });
  const { id } = missed.summary!.run;
  const fine = await askedOtherwise(id, 'p95 < 5000 ms; count > 1');
  const gate = await generate(fine.run.id, history);
  rmSync(runFolder(fine.run.id), { recursive: true });
  // On a busy machine, the load may miss its schedule; then the verdict and the gate both do not pass.
  expect(gate.code, gate.output).toBe(fine.verdict === 'passed' ? 0 : 1);

  // The history already has a point of this run. A second report must replace it.
  const points = join(history, 'allure.jsonl');
  appendFileSync(points, readFileSync(points, 'utf8').replaceAll(fine.run.id, id));
  const failed = await generate(id, history);
  expect({ code: failed.code, run: missed.code }).toEqual({ code: 1, run: 1 });
  expect(failed.output).toContain('quality gate failed');
  const lines = readFileSync(points, 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).name)).toEqual([fine.run.id, id]);

  await open(id);
  await expect(page.getByText(id).first()).toBeVisible();
  // Slices are lines of the load test, not separate results.
  const tree = page.getByTestId('tree-leaf');
  await expect(tree.filter({ hasText: 'target: count < 1' })).toHaveCount(1);
  await expect(tree.filter({ hasText: 'target: p95 < 5000 ms' })).toHaveCount(1);
  await expect(tree.filter({ hasText: 'slice 1 of 2' })).toHaveCount(0);
  await expect(page.getByText('reference service').first()).toBeVisible();

  // The tree opens groups with failed results. On a busy machine, the load may have missed its schedule.
  const load = tree.filter({ hasText: 'meeting-sessions: ran as requested' });
  if (!(await load.isVisible())) await page.getByText('the load test', { exact: true }).click();
  await load.click();
  await expect(page.getByText(/^Arrivals: 4\.0 s, \d+ sessions/)).toBeVisible();
  await page.getByText('Slices: 2').click();
  await expect(page.getByText(/^slice 1 of 2: finished, \d+ recorded$/)).toBeVisible();
  await expect(page.getByText('count was ')).toHaveCount(0);
  await page
    .getByText(/^History/)
    .first()
    .click();
  // The earlier run, with its time.
  await expect(page.getByText(/^\d+\/\d+\/\d{4} at \d/)).toHaveCount(1);

  await open(id);
  await tree.filter({ hasText: 'target: count < 1' }).click();
  await expect(page.getByText('count was ').first()).toBeVisible();
  await expect(page.getByText('Category: Target missed')).toBeVisible();

  // The performance page belongs to the whole run.
  await open(id);
  await page.getByText('Global Attachments').click();
  await page.getByText('performance page').click();
  await expect(page.frameLocator('iframe').getByText('meeting-sessions').first()).toBeVisible();

  // Allure's gate shows the missed target once, and each other target with its value.
  await open(id);
  await page.getByText('Quality Gates').click();
  await expect(page.getByText('meeting-sessions: ran as requested').first()).toBeVisible();
  await expect(page.getByText('count was ')).toHaveCount(1);
  await expect(page.getByText(/^p95 < 5000 ms: [\d.]+ ms( \(−[\d.]+\))?$/)).toBeVisible();
  expect(askedOthers).toEqual([]);
  rmSync(history, { recursive: true, force: true });
});

test('the Allure command reports a run without results', async () => {
  const { code, output } = await generate('20000101-000000-none', 'reports/harness/past/none');
  expect(code).toBe(1);
  expect(output).toContain('Run "20000101-000000-none" has no Allure results.');
});
