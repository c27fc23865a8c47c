import { errors, expect, test } from '@playwright/test';
import { causeOfPageError, outcomeOfPageError } from '../../../../src/participants/page/page-failure.ts';

const cases: [string, Error, boolean, string][] = [
  ['a page crash', new Error('locator.click: Target crashed'), false, 'page crashed'],
  [
    'a closed browser',
    new Error('page.goto: Target page, context or browser has been closed'),
    false,
    'page crashed',
  ],
  [
    'a page that the harness closes',
    new Error('locator.click: Target page, context or browser has been closed'),
    true,
    'aborted',
  ],
  [
    'a Playwright timeout',
    new errors.TimeoutError('locator.click: Timeout 10ms exceeded.'),
    false,
    'timeout',
  ],
  [
    'a closed port',
    new Error('page.goto: net::ERR_CONNECTION_REFUSED at http://127.0.0.1:1/'),
    false,
    'refused',
  ],
  [
    'a reset connection',
    new Error('page.goto: net::ERR_CONNECTION_RESET at http://127.0.0.1:1/'),
    false,
    'reset',
  ],
  [
    'an empty response',
    new Error('page.goto: net::ERR_EMPTY_RESPONSE at http://127.0.0.1:1/'),
    false,
    'reset',
  ],
  ['an unknown error', new Error('page.goto: something new'), false, 'error'],
];
for (const [what, error, isOurs, outcome] of cases) {
  test(`classifies ${what} as "${outcome}"`, () => {
    expect(outcomeOfPageError(error, isOurs)).toBe(outcome);
  });
}

test('removes addresses and durations from causes', () => {
  expect(causeOfPageError(cases[4]![1])).toBe('ERR_CONNECTION_REFUSED');
  expect(causeOfPageError(cases[3]![1])).toBe('Timeout Nms exceeded.');
});
