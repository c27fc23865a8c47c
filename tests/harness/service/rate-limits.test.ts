import { randomUUID } from 'node:crypto';
import { expect, test } from './service-fixture.ts';
import type { User } from './user.ts';

const remaining = async (answer: ReturnType<User['get']>) =>
  Number((await answer).headers.get('x-ratelimit-remaining'));

test.describe('the rate limits', () => {
  test('every answer has the rate limit in its headers', async ({ newUser }) => {
    const user = newUser();
    const id = randomUUID();
    for (const [answer, limit, windowSeconds] of [
      [await user.post(), 10, 900],
      [await user.get(), 30, 60],
      [await user.get(`/${id}`), 60, 60],
      [await user.get(`/${id}/network/recommendations`), 60, 60],
      // A setting raises this limit for the tests.
      [await user.post(`/${id}/join`), 1000, 300],
      [await user.post(`/${id}/leave`), 30, 60],
      [await user.post(`/${id}/hand/raise`), 20, 60],
      [await user.post(`/${id}/control`), 30, 60],
      [await user.post(`/${id}/network/quality`), 100, 60],
    ] as const) {
      expect(Number(answer.headers.get('x-ratelimit-limit'))).toBe(limit);
      const reset = Number(answer.headers.get('x-ratelimit-reset'));
      expect(reset).toBeGreaterThan(0);
      expect(reset).toBeLessThanOrEqual(windowSeconds);
    }
  });

  test('reads share one rate limit, joins and reconnects another, and both hand calls a third', async ({
    newUser,
  }) => {
    const user = newUser();
    const id = randomUUID();
    for (const [first, second] of [
      [() => user.get(`/${id}`), () => user.get(`/${id}/network/recommendations`)],
      [() => user.post(`/${id}/join`), () => user.post(`/${id}/reconnect`)],
      [() => user.post(`/${id}/hand/raise`), () => user.post(`/${id}/hand/lower`)],
    ] as const) {
      const before = await remaining(first());
      expect(await remaining(second())).toBe(before - 1);
    }
  });

  test('a rate limit counts invalid calls and refuses only this user, with 429 in plain text', async ({
    newUser,
  }) => {
    const user = newUser();
    for (let i = 0; i < 10; i++) expect((await user.post('', { title: '' })).status).toBe(400);
    const { status, headers, text } = await user.post('', { title: 'one too many' });

    expect(status).toBe(429);
    expect(headers.get('content-type')).toContain('text/plain');
    expect(text).toContain('Too many requests');
    expect(headers.get('x-ratelimit-remaining')).toBe('0');
    const retryAfter = Number(headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(900);

    expect((await user.get()).status, 'another allowance of the same user').toBe(200);
    expect((await newUser().post('', { title: 'mine' })).status, 'another user').toBe(201);
  });
});
