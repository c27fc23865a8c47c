import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { FullConfig, TestCase, TestResult, TestStep } from '@playwright/test/reporter';
import { hideSecret } from '../../../src/kernel/secrets.ts';
import LastLookReporter from '../../../src/reporters/last-look-reporter.ts';

const secret = 'planted_in&errors-1';
const none = {} as TestCase;

test('redacts secrets in errors, steps, annotations and text attachments of a test', ({}, testInfo) => {
  const forget = hideSecret(secret);
  // `--output` may name any folder.
  const outputDir = testInfo.outputPath('elsewhere');
  const shown = join(outputDir, 'a test/error-context.md');
  const picture = join(outputDir, 'a test/page.png');
  const source = testInfo.outputPath('elsewhere.md');
  mkdirSync(dirname(shown), { recursive: true });
  for (const path of [shown, picture, source]) writeFileSync(path, `it shows ${secret}`);
  const step = { title: `ask ${secret}`, error: { message: secret } } as TestStep;
  const result = {
    errors: [{ message: `got ${secret}`, stack: `Error: ${secret}`, cause: { message: secret } }],
    annotations: [{ type: 'users', description: secret }, { type: 'none' }],
    attachments: [
      {
        name: 'said.json',
        contentType: 'application/json',
        body: Buffer.from(JSON.stringify({ [secret]: secret })),
      },
      { name: 'raw', contentType: 'application/octet-stream', body: Buffer.from(secret) },
      { name: 'error-context', contentType: 'text/markdown', path: shown },
      { name: 'screenshot', contentType: 'image/png', path: picture },
      { name: 'source', contentType: 'text/markdown', path: source },
      { name: 'gone', contentType: 'text/plain', path: `${shown}.gone` },
    ],
  } as unknown as TestResult;
  const reporter = new LastLookReporter();
  reporter.onBegin({ projects: [{ outputDir }] } as FullConfig);
  reporter.onStepBegin(none, result, step);
  reporter.onStepEnd(none, result, step);
  reporter.onTestEnd(none, result);
  forget();
  expect(step).toMatchObject({ title: 'ask [secret]', error: { message: '[secret]' } });
  expect(result.errors).toEqual([
    { message: 'got [secret]', stack: 'Error: [secret]', cause: { message: '[secret]' } },
  ]);
  expect(result.annotations[0]!.description).toBe('[secret]');
  const [json, raw] = result.attachments;
  expect(JSON.parse(json!.body!.toString())).toEqual({ '[secret]': '[secret]' });
  expect(readFileSync(shown, 'utf8')).toBe('it shows [secret]');
  // A file that no test has written belongs to the user.
  expect(readFileSync(source, 'utf8')).toContain(secret);
  // Other content does not change.
  expect(raw!.body!.toString()).toBe(secret);
  expect(readFileSync(picture, 'utf8')).toContain(secret);
});
