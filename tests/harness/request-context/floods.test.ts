import { expect, test } from '@playwright/test';
import { AnswerBody } from '../../../src/request-context/answer-body.ts';
import { flooded } from './flooded.ts';

/** In bytes; the service would send 300 MB. */
const MOST = 60_000_000;

const tooLarge = 'invalid: answer over 10 MB';
const tooManyHeaders = 'invalid: answer with too many headers';

test('an endless answer fails the call with its cause, without a growth of memory', async () => {
  const endings = {
    '/length': tooLarge,
    '/until-the-end': tooLarge,
    '/chunks': tooLarge,
    '/extensions': tooManyHeaders,
    '/trailers': tooManyHeaders,
    '/status-line': tooManyHeaders,
    '/one-header': tooManyHeaders,
    '/headers': tooManyHeaders,
    '/interim': tooManyHeaders,
    '/redirects': 'invalid: too many redirects',
    '/no-http': 'invalid: answer is not HTTP',
    '/no-http-with-a-start': tooManyHeaders,
  };
  const ended = await flooded(Object.keys(endings));
  expect(Object.fromEntries(ended.map((one) => [one.path, one.ended]))).toEqual(endings);
  expect(ended.filter(({ grown }) => grown > MOST)).toEqual([]);
});

test('AnswerBody joins parts of any number and size', () => {
  const sizes = Array.from({ length: 1000 }, (_, index) => (index % 7 === 0 ? 3000 : index % 3));
  for (const count of [0, 1, 2, 63, 64, 65, 128, 1000]) {
    const parts = sizes.slice(0, count).map((size, index) => Buffer.alloc(size, index));
    const body = new AnswerBody();
    for (const part of parts) body.add(part);
    const whole = Buffer.concat(parts);
    expect(body.size).toBe(whole.length);
    expect(body.bytes().equals(whole)).toBe(true);
    expect(body.bytes().equals(whole)).toBe(true);
  }
});
