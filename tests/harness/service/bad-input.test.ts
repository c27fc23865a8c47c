import { expect, test } from './service-fixture.ts';
import { call, type User } from './user.ts';

const MEETINGS = '/api/v1/meetings';

function raw(user: User, init: { method?: string; body?: string; type?: string; path?: string }) {
  const { method = 'POST', body, type = 'application/json', path = MEETINGS } = init;
  const headers = { authorization: `Bearer ${user.token}`, 'content-type': type };
  return call(user.url + path, { method, body, headers });
}

test.describe('the service', () => {
  for (const [name, body] of Object.entries({
    'no title': {},
    'an empty title': { title: '  ' },
    'a title of 101 characters': { title: 'x'.repeat(101) },
    'a title with a NUL': { title: 'a\0b' },
    'a description of 501 characters': { title: 'x', description: 'x'.repeat(501) },
    'an invalid date': { title: 'x', scheduledStart: 'tomorrow' },
    'a date in the year 0': { title: 'x', scheduledStart: '0000-01-01T00:00:00Z' },
    'one participant': { title: 'x', maxParticipants: 1 },
    '1001 participants': { title: 'x', maxParticipants: 1001 },
    'half a participant': { title: 'x', maxParticipants: 2.5 },
    'an array as its body': [],
    'null as its body': null,
  })) {
    test(`refuses a new meeting with ${name}`, async ({ newUser }) => {
      const answer = await newUser().post('', body);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ success: false, error: 'VALIDATION_ERROR' });
    });
  }

  for (const [name, request, expected] of [
    ['broken JSON', { body: '{"title":' }, '400 INVALID_JSON'],
    ['a poisoned prototype', { body: '{"__proto__":{"x":1}}' }, '400 INVALID_JSON'],
    ['an empty body', { body: '' }, '400 VALIDATION_ERROR'],
    ['a body of 20 KB', { body: JSON.stringify({ title: 'x'.repeat(20_000) }) }, '413 PAYLOAD_TOO_LARGE'],
    [
      'a form body',
      { body: 'title=x', type: 'application/x-www-form-urlencoded' },
      '415 UNSUPPORTED_MEDIA_TYPE',
    ],
    ['an unknown route', { path: '/api/v1/nothing' }, '404 NOT_FOUND'],
    ['an unknown method', { method: 'DELETE' }, '404 NOT_FOUND'],
    ['a broken address', { path: `${MEETINGS}/%ZZ/join` }, '404 NOT_FOUND'],
  ] as const) {
    test(`answers ${name} with ${expected}`, async ({ newUser }) => {
      const { status, body } = await raw(newUser(), request);
      expect(`${status} ${body.error}`).toBe(expected);
      expect(body).toMatchObject({ success: false, message: expect.any(String) });
    });
  }

  test('refuses bad filters of the list with 400', async ({ newUser }) => {
    const user = newUser();
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'offset=-1', 'status=lively', 'hostId=a%00b']) {
      const { status, body } = await user.get(`?${query}`);
      expect([status, body.error], query).toEqual([400, 'VALIDATION_ERROR']);
    }
    expect((await user.get(`?hostId=${encodeURIComponent("' or 1=1 --")}`)).body.data).toEqual([]);
  });

  test('refuses an unknown role, and accepts a join with an empty JSON body', async ({ newUser }) => {
    const guest = newUser();
    const meetingId = await newUser().open();
    expect((await guest.post(`/${meetingId}/join`, { role: 'king' })).body.error).toBe('VALIDATION_ERROR');
    expect((await raw(guest, { path: `${MEETINGS}/${meetingId}/join` })).status).toBe(200);
  });
});
