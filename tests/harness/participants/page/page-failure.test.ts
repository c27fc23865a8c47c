import { errors, expect, test } from '@playwright/test';
import { causeOfPageError, outcomeOfPageError } from '../../../../src/participants/page/page-failure.ts';

const cases: [string, Error, boolean, string][] = [
  ['a page that crashes', new Error('locator.click: Target crashed'), false, 'page crashed'],
  [
    'a browser that ends',
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
    'what does not come in time',
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
    'a connection that breaks',
    new Error('page.goto: net::ERR_CONNECTION_RESET at http://127.0.0.1:1/'),
    false,
    'reset',
  ],
  [
    'an answer that is none',
    new Error('page.goto: net::ERR_EMPTY_RESPONSE at http://127.0.0.1:1/'),
    false,
    'reset',
  ],
  ['anything else', new Error('page.goto: something new'), false, 'error'],
];
for (const [what, error, isOurs, outcome] of cases) {
  test(`${what}: ${outcome}`, () => {
    expect(outcomeOfPageError(error, isOurs)).toBe(outcome);
  });
}

test('causes contain no address', () => {
  expect(causeOfPageError(cases[4]![1])).toBe('ERR_CONNECTION_REFUSED');
  expect(causeOfPageError(cases[3]![1])).toBe('Timeout Nms exceeded.');
});
