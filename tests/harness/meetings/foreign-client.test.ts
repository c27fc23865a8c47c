// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are templates of a contract file
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test } from '@playwright/test';
import { systemClock } from '../../../src/kernel/clock.ts';
import type { Identity } from '../../../src/meetings/identities/identity.ts';
import { MeetingsClient } from '../../../src/meetings/meetings-client.ts';
import { openRequestContext } from '../../../src/request-context/open.ts';
import { MergedTimings } from '../../../src/timings/merged-timings.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { contractWith } from './contract/small-contract.ts';
import { userNamed } from './fake-context.ts';
import { listening } from './small-server.ts';

const contract = contractWith(`
service: { base: /v2/rooms, socket: {} }
operations:
  meeting.create: { post: "", json: { name: "\${input.title}" }, ok: status == 201, meeting: body.id }
  meeting.join:
    put: "/\${meeting}/members/\${user}"
    header: { x-reason: "join of \${user}" }
    ok: status in [200, 409]
  meeting.get: { get: "/\${meeting}", query: { with: members }, meeting: body.id, roster: { list: body.members, user: item } }
  meeting.leave: { delete: "/\${meeting}/members/\${user}" }
  note.add: { post: "/\${meeting}/notes", json: { text: "\${unique}", kind: "\${input}" } }
  chat.send: { emit: say }
rateLimited: status == 420 || (status == 403 && body.code == "SLOW_DOWN")
`);

interface Asked {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A client of a service with the given answers, and the requests that the service received. */
async function client(
  answer: (response: ServerResponse, asked: Asked) => void,
  identity: Pick<Identity, 'userId' | 'headers' | 'query'> = userNamed('ada', 'a-token'),
) {
  const asked: Asked[] = [];
  const url = await listening(async (request, response) => {
    const { method, headers } = request;
    const one = { line: `${method} ${request.url}`, headers, body: await text(request) };
    asked.push(one);
    answer(response, one);
  });
  const timings = new Timings(systemClock.now());
  const context = await openRequestContext('wire', {
    baseURL: url,
    extraHTTPHeaders: { ...identity.headers },
    timeoutMs: 10_000,
  });
  const made = new MeetingsClient({ contract, context, timings, clock: systemClock, identity });
  const recorded = (operation: string) => {
    const merged = new MergedTimings([timings.encode(systemClock.now())]).operations.get(operation);
    return { outcomes: merged?.outcomes, causes: [...(merged?.causes.keys() ?? [])] };
  };
  return { client: made, asked, recorded, [Symbol.asyncDispose]: () => context.dispose() };
}
const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body));
const empty = (status: number) => (response: ServerResponse) => void response.writeHead(status).end();

test.describe('a service with another contract', () => {
  test('receives the methods, paths, headers and bodies of its contract', async () => {
    await using service = await client((response, { line }) => {
      if (line.startsWith('POST')) json(201, { id: 'a/b' })(response);
      else if (line.startsWith('GET')) json(200, { id: 'a/b', members: ['ada', 5] })(response);
      else empty(line.startsWith('PUT') ? 200 : 204)(response);
    });
    const { asked } = service;
    const outcomes = [
      await service.client.call('meeting.create', { input: { title: 'Tea', capacity: 3 } }),
      await service.client.call('meeting.join', { meetingId: 'a/b' }),
      await service.client.call('meeting.get', { meetingId: 'a/b' }),
      await service.client.call('meeting.leave', { meetingId: 'a/b' }),
    ].map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(asked.map(({ line, body }) => [line, body])).toEqual([
      ['POST /v2/rooms', '{"name":"Tea"}'],
      ['PUT /v2/rooms/a%2Fb/members/ada', ''],
      ['GET /v2/rooms/a%2Fb?with=members', ''],
      ['DELETE /v2/rooms/a%2Fb/members/ada', ''],
    ]);
    expect(asked[1]!.headers['x-reason']).toBe('join of ada');
    expect(asked.map(({ headers }) => headers.authorization)).toEqual(Array(4).fill('Bearer a-token'));
    expect(service.recorded('meeting.leave')).toEqual({ outcomes: { ok: 1 }, causes: [] });
  });

  const answers: [
    says: string,
    operation: string,
    answer: ReturnType<typeof empty>,
    outcome: string,
    cause?: string,
  ][] = [
    ['a 409 that the contract accepts', 'meeting.join', json(409, { code: 'ALREADY_THERE' }), 'ok'],
    [
      'a 2xx that the contract rejects',
      'meeting.create',
      json(200, { id: 'm' }),
      'invalid',
      "200 with an answer that is not the contract's",
    ],
    [
      'an answer without its meeting id',
      'meeting.create',
      json(201, { room: 'm' }),
      'invalid',
      '201 answered without the id of the meeting',
    ],
    ['a numeric id', 'meeting.create', json(201, { id: 17 }), 'ok'],
    ['a 2xx without a body', 'meeting.leave', empty(204), 'ok'],
    ['a custom rate-limit status', 'meeting.join', json(420, {}), 'rate limited', '420'],
    ['a rate-limit code', 'meeting.join', json(403, { code: 'SLOW_DOWN' }), 'rate limited', '403 SLOW_DOWN'],
    [
      'another refusal with the status of the rate limit',
      'meeting.join',
      json(403, { code: 'CLOSED' }),
      'http 403',
      '403 CLOSED',
    ],
    ['a 429, whatever the contract says', 'meeting.join', json(429, {}), 'rate limited', '429'],
    [
      'a code inside an error object',
      'meeting.join',
      json(404, { error: { code: 'NO_ROOM', message: 'Not here' } }),
      'http 404',
      '404 NO_ROOM',
    ],
    [
      'a problem title',
      'meeting.join',
      json(404, { title: 'Room 12 is gone' }),
      'http 404',
      '404 "Room N is gone"',
    ],
    [
      'a 500 with an address in its detail',
      'meeting.join',
      json(500, { detail: 'out of memory at 0x1f' }),
      'http 500',
      '500 "out of memory at NxNf"',
    ],
  ];
  for (const [says, operation, answer, outcome, cause] of answers)
    test(`records ${says} as "${outcome}"`, async () => {
      await using service = await client(answer);
      const got = await service.client.call(
        operation,
        operation === 'meeting.create' ? {} : { meetingId: 'm' },
      );
      expect([got.outcome, got.cause]).toEqual([outcome, cause]);
      expect(service.recorded(operation)).toEqual({
        outcomes: { [outcome]: 1 },
        causes: cause === undefined ? [] : [expect.stringContaining(cause)],
      });
    });

  test('returns the Retry-After of a rate-limited call', async () => {
    await using service = await client(json(420, {}, { 'retry-after': '7' }));
    expect(await service.client.call('meeting.join', { meetingId: 'm' })).toMatchObject({
      outcome: 'rate limited',
      retryAfter: '7',
    });
    await using refusing = await client(json(403, { code: 'CLOSED' }, { 'retry-after': '7' }));
    expect(await refusing.client.call('meeting.join', { meetingId: 'm' })).not.toHaveProperty('retryAfter');
  });

  test('reads an answer and its headers with the expressions of the contract', async () => {
    await using service = await client(json(200, { id: 'm', members: ['ada'] }, { 'x-left': '9' }));
    const { values } = await service.client.call('meeting.get', { meetingId: 'm' });
    expect(contract.operations.get('meeting.get')!.reads.roster!.list(values!)).toEqual(['ada']);
    expect((values!.headers as Record<string, string>)['x-left']).toBe('9');
  });
});

test('sends a unique text with each call that needs one, and returns it', async () => {
  await using service = await client(empty(201));
  const answers = [
    await service.client.call('note.add', { meetingId: 'm', input: 'short' }),
    await service.client.call('note.add', { meetingId: 'm' }),
  ];
  const sent = service.asked.map(({ body }) => JSON.parse(body) as { text: string });
  expect(sent).toEqual([
    { text: expect.stringContaining('ada'), kind: 'short' },
    { text: expect.stringContaining('ada') },
  ]);
  expect(answers.map(({ unique }) => unique)).toEqual(sent.map((one) => one.text));
  expect(sent[0]!.text).not.toBe(sent[1]!.text);
  expect(await service.client.call('meeting.join', { meetingId: 'm' })).not.toHaveProperty('unique');
});

test('adds the credentials query to the query of the call', async () => {
  const identity = { ...userNamed('ada'), query: '?access_token=t%201' };
  await using service = await client(json(200, { id: 'm' }), identity);
  await service.client.call('meeting.get', { meetingId: 'm' });
  await service.client.call('meeting.join', { meetingId: 'm' });
  expect(service.asked.map(({ line }) => line)).toEqual([
    'GET /v2/rooms/m?with=members&access_token=t%201',
    'PUT /v2/rooms/m/members/ada?access_token=t%201',
  ]);
});

test('uses a renewed token from the next call on', async () => {
  const identity = { ...userNamed('ada', 'first') };
  await using service = await client(empty(200), identity);
  await service.client.call('meeting.join', { meetingId: 'm' });
  identity.headers = { authorization: 'Bearer second' };
  await service.client.call('meeting.join', { meetingId: 'm' });
  await service.client.call('meeting.leave', { meetingId: 'm' });
  expect(service.asked.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer first',
    'Bearer second',
    'Bearer second',
  ]);
  expect(service.asked[1]!.headers['x-reason']).toBe('join of ada');
});

test('throws for an operation that the contract lacks or that needs a socket', async () => {
  await using service = await client(empty(200));
  expect(['meeting.join', 'hand.raise'].map((name) => service.client.can(name))).toEqual([true, false]);
  expect(() => service.client.call('hand.raise', { meetingId: 'm' })).toThrow(
    'the contract has no operation "hand.raise"',
  );
  expect(() => service.client.call('chat.send', { meetingId: 'm' })).toThrow(
    '"chat.send" needs a connection',
  );
  expect(service.asked).toEqual([]);
});
