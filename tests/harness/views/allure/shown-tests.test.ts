import { expect, test } from '@playwright/test';
import type { TestResult } from '@playwright/test/reporter';
import { type Purpose, purpose } from '../../../../src/results/annotations.ts';
import { hiddenBySummary } from '../../../../src/views/allure/shown-tests.ts';
import { withoutAnalytics } from '../../../../src/views/allure/without-analytics.ts';

const cases: [project: string, purpose: Purpose | undefined, status: string, hidden: string | undefined][] = [
  ['load', undefined, 'passed', 'always'],
  ['load', undefined, 'failed', undefined],
  ['load', undefined, 'timedOut', undefined],
  ['load', undefined, 'interrupted', 'if there is a summary'],
  ['load verdict', 'target', 'passed', 'always'],
  ['load verdict', 'target', 'failed', 'if there is a summary'],
  ['load verdict', 'target', 'skipped', 'always'],
  ['load verdict', 'verdict', 'failed', 'if there is a summary'],
  ['load verdict', 'comparison', 'failed', 'if there is a summary'],
  ['load verdict', 'comparison', 'passed', 'always'],
  ['capacity', undefined, 'passed', 'always'],
  ['capacity verdict', 'verdict', 'failed', 'if there is a summary'],
  ['soak', undefined, 'passed', undefined],
  ['soak verdict', 'verdict', 'failed', undefined],
  ['chaos', undefined, 'passed', undefined],
  ['bench', 'target', 'failed', undefined],
];

test.describe('the tests that Allure hides because the summary shows them', () => {
  for (const [project, about, status, hidden] of cases) {
    const condition = hidden === 'if there is a summary' ? ` ${hidden}` : '';
    test(`Allure ${hidden ? 'hides' : 'shows'} ${status} ${about ?? 'other'} tests of ${project}${condition}`, () => {
      const result = { status } as TestResult;
      const annotations = about === undefined ? [] : [purpose(about)];
      expect(hiddenBySummary({ annotations, expectedStatus: 'passed' }, project, result)).toBe(hidden);
    });
  }
});

test('removes the analytics scripts of an Allure page and keeps the rest', () => {
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
