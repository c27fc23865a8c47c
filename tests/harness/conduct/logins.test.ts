import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test as base, expect } from '@playwright/test';
import { ask } from '../../../src/conduct/ask.ts';
import type { Question } from '../../../src/conduct/question.ts';
import { answerHeaders } from '../../../src/conduct/questions/answer-headers.ts';
import { badValues } from '../../../src/conduct/questions/bad-values.ts';
import { foreignOrigins } from '../../../src/conduct/questions/foreign-origins.ts';
import { fullMeeting } from '../../../src/conduct/questions/full-meeting.ts';
import { httpTokens } from '../../../src/conduct/questions/http-tokens.ts';
import { rateLimits } from '../../../src/conduct/questions/rate-limits.ts';
import { accessByText } from './access.ts';
import { said } from './found.ts';

/**
 * A service with login cookies, with other field names than the reference service, and with refusals as problem
 * details.
 */
const contractFor = (users: string) => `
contract: fullhouse/1
service: { url: "\${env.SERVICE_URL}", base: /rooms, health: { get: /alive } }
identity:
  login: { post: /login, json: { name: "user-\${number}" }, cookie: [sid], user: body.id, users: ${users} }
operations:
  meeting.create: { post: "", json: { label: "\${input.title}", size: "\${input.capacity}" }, meeting: body.room.id }
  meeting.get: { get: "/\${meeting}", meeting: body.room.id, ok: body.done == true }
  meeting.join: { put: "/\${meeting}/me", meeting: body.room.id, user: body.you }
  meeting.leave: { delete: "/\${meeting}/me" }
rateLimited: status == 503
`;

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly cookie: string | undefined;
  readonly user: string | undefined;
  readonly body: string;
}
interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

const problem = (status: number, title: string): Answer => ({
  status,
  body: { type: 'about:blank', title, status },
  headers: { 'content-type': 'application/problem+json' },
});

/** The answer of a service without defects. */
function well({ method, path, user, body }: Asked): Answer {
  if (user === undefined) return problem(401, 'Log in first');
  const room = { id: path.split('/')[2] ?? randomUUID() };
  if (method !== 'POST') return { status: 200, body: { done: true, room, you: user } };
  const { label, size } = JSON.parse(body) as { label?: unknown; size?: unknown };
  const isRight = typeof label === 'string' && label !== '' && label.length < 100 && Number.isInteger(size);
  return isRight && Number(size) > 1 ? { status: 201, body: { room } } : problem(422, 'Not a room');
}

const test = base.extend<{
  askBy: (
    question: Question,
    answer?: (asked: Asked) => Answer | undefined,
    users?: string,
  ) => ReturnType<typeof ask>;
}>({
  askBy: async ({}, use) => {
    const servers: ReturnType<typeof createServer>[] = [];
    await use(async (question, answer = () => undefined, users = '1..20') => {
      const sessions = new Map<string, string>();
      const server = createServer(async (request, response) => {
        const asked = await read(request, sessions);
        const { status, body, headers } = answered(asked, sessions, answer);
        response
          .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers })
          .end(JSON.stringify(body ?? {}));
      });
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      return ask(question, {
        serviceUrl: url,
        socketUrl: url,
        access: await accessByText(contractFor(users), { SERVICE_URL: url }),
        timeoutMs: 2000,
        idleConnection: () => Promise.reject(new Error('not asked')),
        stoppableDatabase: async () => '',
      });
    });
    for (const server of servers) server.close();
  },
});

async function read(request: IncomingMessage, sessions: ReadonlyMap<string, string>): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const cookie = /sid=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
  return {
    method: request.method!,
    path: request.url!,
    cookie,
    user: cookie === undefined ? undefined : sessions.get(cookie),
    body: Buffer.concat(chunks).toString(),
  };
}

function answered(
  asked: Asked,
  sessions: Map<string, string>,
  own: (asked: Asked) => Answer | undefined,
): Answer {
  if (asked.path === '/alive') return { status: 200 };
  if (asked.path !== '/login') return own(asked) ?? well(asked);
  const { name: id } = JSON.parse(asked.body) as { name: string };
  const sid = randomUUID();
  sessions.set(sid, id);
  return { status: 200, body: { id }, headers: { 'set-cookie': `sid=${sid}; HttpOnly` } };
}

test('conduct finds nothing in a good service with logins', async ({ askBy }) => {
  for (const question of [httpTokens, badValues, answerHeaders, foreignOrigins])
    expect(said(await askBy(question)), question.id).toEqual(['passed', null]);
});

test('conduct finds a service that accepts a cookie it never issued', async ({ askBy }) => {
  const answer = await askBy(httpTokens, (asked) =>
    asked.cookie === undefined ? undefined : well({ ...asked, user: asked.user ?? 'somebody' }),
  );
  expect(said(answer)).toEqual(['failed', null, 'http-accepts-forged-token', 'http-accepts-garbage-token']);
  expect(answer.findings.map(({ message }) => message)).toEqual([
    'HTTP accepts a cookie that the service never gave.',
    'HTTP accepts a cookie in a wrong form.',
  ]);
  expect(answer.findings[0]!.samples[0]!.answer).toContain('the service takes the caller for "somebody"');
});

test('conduct ignores public reads, and finds reads of personal data without a login', async ({ askBy }) => {
  const isPublic = (asked: Asked) =>
    asked.method === 'GET' ? well({ ...asked, user: asked.user ?? 'anybody' }) : undefined;
  expect(said(await askBy(httpTokens, isPublic))).toEqual(['passed', null]);
  const isOpen = (asked: Asked) => well({ ...asked, user: asked.user ?? 'anybody' });
  expect(said(await askBy(httpTokens, isOpen))).toEqual([
    'failed',
    null,
    'http-accepts-forged-token',
    'http-accepts-garbage-token',
    'http-accepts-missing-token',
  ]);
});

test('conduct reuses a small number of accounts, and is inconclusive with too few', async ({ askBy }) => {
  expect(said(await askBy(badValues, undefined, '1..1'))).toEqual(['passed', null]);
  expect(said(await askBy(httpTokens, undefined, '1..2'))).toEqual(['passed', null]);
  const [state, reason] = said(await askBy(httpTokens, undefined, '1..1'));
  expect(state).toBe('inconclusive');
  expect(reason).toContain('identity.login.users');
});

test('conduct finds wrong types, refusals without a code and 5xx in a contract with other field names', async ({
  askBy,
}) => {
  const creates = (answer: Answer) => (asked: Asked) => (asked.method === 'POST' ? answer : undefined);
  const anything = creates({ status: 201, body: { room: { id: 'any' } } });
  expect(said(await askBy(badValues, anything))).toEqual(['passed', null, 'wrong-types-accepted']);
  const failing = await askBy(badValues, (asked) =>
    asked.method === 'POST' && well(asked).status === 422 ? { status: 500 } : undefined,
  );
  expect(said(failing)).toEqual(['failed', null, 'long-text-is-500', 'wrong-types-are-500']);
  expect(failing.findings[0]!.samples[0]!.request).toBe('POST /rooms {"label":5,"size":10}');
  const silent = await askBy(badValues, (asked) =>
    asked.method === 'POST' && well(asked).status === 422 ? { status: 422 } : undefined,
  );
  expect(said(silent)).toEqual(['failed', null, 'refusal-without-code']);
});

test('conduct counts a 200 whose body refuses the call as a refusal without 401', async ({ askBy }) => {
  const answer = await askBy(httpTokens, (asked) =>
    asked.user === undefined && asked.method === 'GET'
      ? { status: 200, body: { done: false, error: 'LOG_IN' } }
      : undefined,
  );
  expect(said(answer)).toEqual(['passed', null, 'http-refuses-token-without-401']);
});

test('conduct recognizes a rate limit by the rule of the contract', async ({ askBy }) => {
  const calls = new Map<string, number>();
  const answer = await askBy(rateLimits, ({ method, user = '' }) => {
    if (method !== 'GET') return undefined;
    calls.set(user, (calls.get(user) ?? 0) + 1);
    return calls.get(user)! > 20 ? { status: 503 } : undefined;
  });
  expect(said(answer)).toEqual([
    'passed',
    null,
    'rate-limit-without-headers',
    'rate-limit-without-retry-after',
  ]);
  expect(answer.findings[0]!.samples[0]!.answer).toMatch(/^503, /);
});

/** Rooms with limited seats. `mayJoin` decides whether a participant may join again. */
function seats(mayJoin: (people: readonly string[], user: string, creator: string) => boolean) {
  const rooms = new Map<string, { creator: string; size: number; people: string[] }>();
  return (asked: Asked): Answer | undefined => {
    const { method, path, user, body } = asked;
    const [, , id = ''] = path.split('/');
    const room = rooms.get(id);
    if (user === undefined || method === 'GET') return undefined;
    if (method === 'DELETE' || !room) {
      const made = method === 'POST' ? well(asked) : undefined;
      if (made?.status === 201) {
        const { id: key } = (made.body as { room: { id: string } }).room;
        rooms.set(key, { creator: user, size: (JSON.parse(body) as { size: number }).size, people: [] });
      }
      return made;
    }
    const { people, creator, size } = room;
    const isIn = people.includes(user);
    const isFull = people.length >= size;
    if (isIn ? !mayJoin(isFull ? people : [], user, creator) : isFull) return problem(409, 'No seat');
    if (!isIn) people.push(user);
    return undefined;
  };
}

test('conduct finds a full meeting that locks out its host or a participant, or admits too many', async ({
  askBy,
}) => {
  expect(
    said(
      await askBy(
        fullMeeting,
        seats(() => true),
      ),
    ),
  ).toEqual(['passed', null]);
  // This service refuses every participant who joins again, in full meetings and in others.
  expect(
    said(
      await askBy(
        fullMeeting,
        seats(() => false),
      ),
    ),
  ).toEqual(['passed', null]);
  const host = seats((full, user, creator) => full.length === 0 || user !== creator);
  expect(said(await askBy(fullMeeting, host))).toEqual(['failed', null, 'host-locked-out']);
  const guest = seats((full, user, creator) => full.length === 0 || user === creator);
  expect(said(await askBy(fullMeeting, guest))).toEqual(['failed', null, 'participant-locked-out']);
  expect(said(await askBy(fullMeeting)).slice(2)).toEqual(['full-meeting-admits-more']);
});
