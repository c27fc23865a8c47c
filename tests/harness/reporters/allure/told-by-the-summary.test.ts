import { expect, test } from '@playwright/test';
import type { TestResult } from '@playwright/test/reporter';
import { toldBySummary } from '../../../../src/reporters/allure/told-by-the-summary.ts';
import { withoutAnalytics } from '../../../../src/reporters/allure/without-analytics.ts';

const cases: [project: string, title: string, status: string, told: string | undefined][] = [
  ['load', 'share 1 of 2', 'passed', 'never'],
  ['load', 'share 1 of 2', 'failed', undefined],
  ['load', 'share 1 of 2', 'timedOut', undefined],
  ['load', 'share 1 of 2', 'interrupted', 'if there is a summary'],
  ['load verdict', 'target: p95 < 1 s', 'passed', 'never'],
  ['load verdict', 'target: p95 < 1 s', 'failed', 'if there is a summary'],
  ['load verdict', 'target: p95 < 1 s', 'skipped', 'never'],
  ['load verdict', 'the verdict is passed', 'failed', 'if there is a summary'],
  ['load verdict', 'not slower than before', 'failed', undefined],
  ['load verdict', 'not slower than before', 'passed', undefined],
  ['chaos', '20 people vanish', 'passed', undefined],
  ['bench', 'target: meeting.get p95 < 1 s', 'failed', undefined],
];

test.describe('what Allure is told by the summary already', () => {
  for (const [project, title, status, told] of cases) {
    test(`${project}, ${title}, ${status}: ${told ?? 'shown'}`, () => {
      const result = { status, attachments: [] } as unknown as TestResult;
      expect(toldBySummary({ title, expectedStatus: 'passed' }, project, result)).toBe(told);
    });
  }

  test('a share with traces is shown for their sake', () => {
    const attachments = [{ name: 'trace', contentType: 'application/zip', path: 'trace.zip' }];
    const result = { status: 'passed', attachments } as unknown as TestResult;
    expect(
      toldBySummary({ title: 'share 1 of 2', expectedStatus: 'passed' }, 'load', result),
    ).toBeUndefined();
  });
});

test('a page without the scripts that tell others of it keeps all the rest', () => {
  const page = [
    '<head><script>window.allure = {};</script>',
    '<script   src="app.js"></script>',
    '<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>',
    '<script>',
    '  function gtag(){dataLayer.push(arguments);}',
    "  gtag('js', new Date());",
    '</script></head>',
  ].join('\n');
  expect(withoutAnalytics(page)).toBe(
    '<head><script>window.allure = {};</script>\n<script   src="app.js"></script></head>',
  );
});
