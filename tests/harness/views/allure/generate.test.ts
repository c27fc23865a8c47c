import { mkdirSync } from 'node:fs';
import { expect } from '@playwright/test';
import { main } from '../../../../src/views/allure/generate.ts';
import { allureResultsFolder } from '../../../../src/views/allure/results-folder.ts';
import { inProcess } from '../../kernel/run-command.ts';
import { test } from '../../reporters/kept-run.ts';

test('npx fullhouse allure names a run without Allure results and lists runs with results', async ({
  keptRun,
}) => {
  mkdirSync(allureResultsFolder(keptRun.id), { recursive: true });
  const { code, out, err, started } = await inProcess(main, ['20000101-000000-none']);
  expect([code, out, started]).toEqual([1, '', []]);
  expect(err).toMatch(/^Run "20000101-000000-none" has no Allure results\. Use one of: \S+(, \S+){0,4}\.\n$/);
});
