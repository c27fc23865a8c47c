import { expect, test } from '@playwright/test';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import { MeetingsClient } from '../../../src/meetings/meetings-client.ts';
import { RequestError } from '../../../src/request-context/request-error.ts';
import { MergedTimings } from '../../../src/timings/merged-timings.ts';
import type { Outcome } from '../../../src/timings/outcome.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { VirtualClock } from '../kernel/virtual-clock.ts';
import { type FakeAnswer, fakeContext, success, userNamed } from './fake-context.ts';

async function ask(answer: FakeAnswer) {
  const clock = new VirtualClock(1000);
  const timings = new Timings(0);
  const api = new MeetingsClient({
    contract: referenceContract(),
    context: fakeContext(clock, () => ({ afterMs: 40, ...answer })),
    timings,
    clock,
    identity: userNamed('ada'),
  });
  const got = await clock.runUntil(api.call('meeting.get', { meetingId: 'm-1', intendedAt: 990 }));
  const operation = new MergedTimings([timings.encode(2000)]).operations.get('meeting.get')!;
  return { got, operation, cause: [...operation.causes.values()][0] };
}
const failure = (code: string, reason: string) =>
  new RequestError({ method: 'GET', path: '/api/v1/meetings/m-1', code, reason });

test('returns the data and the times of a successful call', async () => {
  const { got, operation } = await ask(success({ id: 'm-1' }));
  const { values, ...rest } = got;
  expect(rest).toEqual({ outcome: 'ok', startedAt: 1000, endedAt: 1040 });
  expect(values).toMatchObject({ status: 200, body: { data: { id: 'm-1' } }, user: 'ada', meeting: 'm-1' });
  expect(operation.outcomes).toEqual({ ok: 1 });
  expect([operation.ok.maxMs, operation.response.maxMs, operation.lateStart.maxMs]).toEqual([40, 50, 10]);
  expect(operation.causes.size).toBe(0);
});

test.describe('answers checked against the request', () => {
  const meeting = { id: 'm-1' };
  const participant = { userId: 'ada' };
  const none = '200 answered without the id of the meeting';
  const table: [keyof Asking, unknown, string | undefined][] = [
    ['get', meeting, undefined],
    ['get', { id: 'm-2' }, '200 answered about another meeting'],
    ['get', {}, none],
    ['get', undefined, none],
    ['join', { meeting, participant }, undefined],
    ['join', { meeting: { id: 'm-2' }, participant }, '200 answered about another meeting'],
    ['join', { meeting, participant: { userId: 'ben' } }, '200 answered about another person'],
    ['join', { meeting }, '200 answered without the participant'],
    ['join', {}, none],
    ['join', null, none],
    ['reconnect', { meeting, participant, participants: [] }, undefined],
    ['reconnect', { meeting, participant: { userId: 'ben' } }, '200 answered about another person'],
    ['create', meeting, undefined],
    ['create', { title: 'T' }, none],
    ['list', [], undefined],
    ['list', {}, '200 answered without a list'],
    // The contract promises no data here.
    ['leave', undefined, undefined],
    ['raiseHand', undefined, undefined],
  ];
  for (const [method, data, cause] of table) {
    test(`${cause === undefined ? 'accepts' : 'rejects'} ${JSON.stringify(data)} as an answer to ${method}`, async () => {
      const clock = new VirtualClock();
      const timings = new Timings(0);
      const api = new MeetingsClient({
        contract: referenceContract(),
        context: fakeContext(clock, () => success(data)),
        timings,
        clock,
        identity: userNamed('ada'),
      });
      const asking: Asking = {
        get: () => api.call('meeting.get', { meetingId: 'm-1' }),
        join: () => api.call('meeting.join', { meetingId: 'm-1' }),
        reconnect: () => api.call('meeting.reconnect', { meetingId: 'm-1' }),
        create: () => api.call('meeting.create', { input: { title: 'T', capacity: 2 } }),
        list: () => api.call('meeting.list', { input: { limit: 5 } }),
        leave: () => api.call('meeting.leave', { meetingId: 'm-1' }),
        raiseHand: () => api.call('hand.raise', { meetingId: 'm-1' }),
      };
      const { outcome } = await asking[method]();
      expect(outcome).toBe(cause === undefined ? 'ok' : 'invalid');
      const [operation] = [...new MergedTimings([timings.encode(1)]).operations.values()];
      expect([...operation!.causes.values()].map((one) => one.cause)).toEqual(
        cause === undefined ? [] : [cause],
      );
    });
  }
});

type Asking = Record<
  'get' | 'join' | 'reconnect' | 'create' | 'list' | 'leave' | 'raiseHand',
  () => Promise<{ outcome: Outcome }>
>;

test.describe('failed calls', () => {
  const json = (body: unknown) => JSON.stringify(body);
  const contract = "200 with an answer that is not the contract's";
  const html = { type: 'text/html', body: '<html>Bad gateway</html>' };
  const table: [string, FakeAnswer, Outcome, string][] = [
    ['an HTML page', html, 'invalid', contract],
    ['truncated JSON', { body: '{"success":tr' }, 'invalid', contract],
    ['an empty answer', {}, 'invalid', contract],
    ['success: false with 200', { body: json({ success: false, error: 'NO' }) }, 'invalid', contract],
    ['a success field that is not a boolean', { body: json({ success: 'true' }) }, 'invalid', contract],
    ['JSON null', { body: 'null' }, 'invalid', contract],
    ['a JSON list', { body: '[]' }, 'invalid', contract],
    [
      'a 4xx with a code',
      { status: 403, body: json({ success: false, error: 'MEETING_FULL' }) },
      'http 403',
      '403 MEETING_FULL',
    ],
    ['a 4xx without a code', { status: 404, ...html }, 'http 404', '404'],
    [
      'a 4xx whose code is not a text',
      { status: 400, body: json({ error: { code: 1 } }) },
      'http 400',
      '400',
    ],
    [
      'a 5xx with raw text',
      { status: 500, type: 'text/plain', body: 'ERROR: relation does not exist' },
      'http 500',
      '500 "ERROR: relation does not exist"',
    ],
    [
      'a 5xx with a text in place of a code',
      { status: 500, body: json({ success: false, error: 'Deadlock found at 0x12 in 345' }) },
      'http 500',
      '500 "Deadlock found at NxN in N"',
    ],
    [
      'a 5xx with a code and a message',
      { status: 500, body: json({ error: 'INTERNAL_ERROR', message: 'Deadlock found' }) },
      'http 500',
      '500 INTERNAL_ERROR "Deadlock found"',
    ],
    ['a 429', { status: 429, type: 'text/html', body: 'Too many requests' }, 'rate limited', '429'],
    [
      'a request timeout',
      { error: failure('REQUEST_TIMEOUT', 'no answer within 10 ms') },
      'timeout',
      'no answer in time',
    ],
    [
      'a refused connection',
      { error: failure('ECONNREFUSED', 'connect ECONNREFUSED') },
      'refused',
      'connection refused',
    ],
    ['a reset connection', { error: failure('ECONNRESET', 'read ECONNRESET') }, 'reset', 'connection reset'],
    ['an unexpected error', { error: new Error('the 7 dwarfs') }, 'error', 'the N dwarfs'],
    ['a thrown text', { error: 'text' }, 'error', 'text'],
  ];
  for (const [name, answer, outcome, cause] of table) {
    test(`records ${name} as "${outcome}"`, async () => {
      const { got, operation, cause: told } = await ask(answer);
      expect(got).toEqual({ outcome, cause, startedAt: 1000, endedAt: 1040 });
      expect(operation.outcomes).toEqual({ [outcome]: 1 });
      expect(operation.ok.count).toBe(0);
      expect(told).toMatchObject({ cause, outcome, count: 1 });
      // The latency is the real one. A rate-limited call has none.
      expect(operation.failed.count).toBe(outcome === 'rate limited' ? 0 : 1);
      if (outcome !== 'rate limited') expect(operation.failed.maxMs).toBe(40);
    });
  }

  test('counts a call that the harness aborted, and not as a failure', async () => {
    const { got, operation } = await ask({
      error: failure('REQUEST_ABORTED', 'the request context was disposed'),
    });
    expect(got.outcome).toBe('aborted');
    expect(operation.outcomes).toEqual({ aborted: 1 });
    expect([operation.total, operation.failed.count, operation.causes.size]).toEqual([0, 0, 0]);
  });

  test('truncates a long answer in the sample', async () => {
    const { cause } = await ask({ status: 500, body: 'x'.repeat(10_000) });
    expect(cause!.samples[0]).toHaveLength(300);
  });
});

test('calls the route of each operation and records it by name', async () => {
  const clock = new VirtualClock();
  const timings = new Timings(0);
  const calls: unknown[] = [];
  const context = fakeContext(clock, (call) => {
    calls.push([call.method, call.path, call.data]);
    return success({ id: 'm', meeting: { id: 'm' }, participant: { userId: 'ada' } });
  });
  const contract = referenceContract();
  const api = new MeetingsClient({ contract, context, timings, clock, identity: userNamed('ada') });
  const seen = { quality: 'good', rtt: 120, packetLoss: 1, bandwidth: 900 } as const;
  await api.call('meeting.join', { meetingId: 'm' });
  await api.call('meeting.get', { meetingId: 'm' });
  await api.call('hand.raise', { meetingId: 'm' });
  await api.call('hand.lower', { meetingId: 'm' });
  await api.call('network.report', { meetingId: 'm', input: seen });
  await api.call('meeting.reconnect', { meetingId: 'm' });
  await api.call('meeting.leave', { meetingId: 'm' });
  expect(calls).toEqual([
    ['POST', '/api/v1/meetings/m/join', {}],
    ['GET', '/api/v1/meetings/m', undefined],
    ['POST', '/api/v1/meetings/m/hand/raise', {}],
    ['POST', '/api/v1/meetings/m/hand/lower', {}],
    ['POST', '/api/v1/meetings/m/network/quality', seen],
    ['POST', '/api/v1/meetings/m/reconnect', {}],
    ['POST', '/api/v1/meetings/m/leave', {}],
  ]);
  const { operations } = timings.encode(1);
  expect(Object.keys(operations).sort()).toEqual([
    'hand.lower',
    'hand.raise',
    'meeting.get',
    'meeting.join',
    'meeting.leave',
    'meeting.reconnect',
    'network.report',
  ]);
  for (const { outcomes, response, lateStart } of Object.values(operations)) {
    expect(outcomes).toEqual({ ok: 1 });
    // Without an intended start, the response time is the service time, and there is no late start.
    expect([response?.count, lateStart]).toEqual([1, undefined]);
  }
});
