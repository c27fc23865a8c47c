import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { expect, test as service } from './service-fixture.ts';
import { launchService } from './service-process.ts';
import { SECRET, signToken } from './tokens.ts';
import { call, User } from './user.ts';

type Url = string;

/** Each test repeats the same steps on a service of each style. */
const test = service.extend<object, { deployed: Url }>({
  deployed: [
    async ({ databaseUrl }, use) => {
      const service = launchService({
        JWT_SECRET: SECRET,
        SERVICE_STYLE: 'deployed',
        DATABASE_URL: databaseUrl,
        LOG_LEVEL: 'warn',
      });
      await use(await service.ready);
      service.process.kill('SIGTERM');
      await service.ended;
      // The service logs no warning for a mistake of a caller.
      expect(service.output.stderr).toBe('');
    },
    { scope: 'worker' },
  ],
});

test('/health in the deployed style names the style', async ({ url, deployed }) => {
  const styleOf = async (at: Url) => (await call(`${at}/health`)).headers.get('x-service-style');
  expect([await styleOf(url), await styleOf(deployed)]).toEqual([null, 'deployed']);
});

test('the deployed style returns the roster only on a reconnect', async ({ url, deployed, newUser }) => {
  async function rosters(at: Url) {
    const [host, guest] = [newUser(at), newUser(at)];
    const created = (await host.post('', { title: 'A meeting' })).body.data;
    const path = `/${created.id}`;
    const joined = (await guest.post(`${path}/join`)).body.data;
    const got = (await host.get(path)).body.data;
    const resumed = (await guest.post(`${path}/reconnect`)).body.data;
    const withRoster = Object.entries({ created, joined, got, resumed }).flatMap(([name, answer]) =>
      'participants' in answer || 'participants' in (answer.meeting ?? {}) ? [name] : [],
    );
    expect(resumed.participants.map(({ userId }: { userId: string }) => userId)).toEqual([host.id, guest.id]);
    expect(got).toMatchObject({ id: created.id, title: 'A meeting', hostId: host.id, status: 'active' });
    expect(joined.participant.userId).toBe(guest.id);
    return {
      withRoster,
      more: ['isConnected', 'networkQuality'].filter((name) => name in joined.participant),
    };
  }
  expect(await rosters(url)).toEqual({
    withRoster: ['created', 'got', 'resumed'],
    more: ['isConnected', 'networkQuality'],
  });
  expect(await rosters(deployed)).toEqual({ withRoster: ['resumed'], more: [] });
});

test('the deployed style sends booleans as numbers, and optional booleans only if true', async ({
  url,
  deployed,
  newUser,
}) => {
  async function flags(at: Url) {
    const host = newUser(at);
    const id = await host.open({ recordingEnabled: true });
    await host.post(`/${id}/hand/raise`);
    await host.post(`/${id}/control`, { action: 'lock' });
    const { success, data } = (await host.get(`/${id}`)).body;
    const { participant } = (await host.post(`/${id}/reconnect`)).body.data;
    return [
      success,
      participant.hasRaisedHand,
      participant.isMuted,
      data.isLocked,
      data.recordingEnabled,
      data.backgroundMusicEnabled,
    ];
  }
  expect(await flags(url)).toEqual([true, true, false, true, true, false]);
  expect(await flags(deployed)).toEqual([true, 1, 0, 1, 1, undefined]);
});

test('the deployed style sends times in whole seconds, and booleans in events as numbers', async ({
  url,
  deployed,
  newUser,
}) => {
  async function times(at: Url) {
    const [host, guest] = [newUser(at), newUser(at)];
    const id = await host.open();
    const { heard } = await host.enter(id);
    const { participant } = (await guest.post(`/${id}/join`)).body.data;
    await expect.poll(() => heard.length).toBe(2);
    const { content } = heard[1]!;
    expect(content.participant).toEqual(participant);
    const [listed] = (await host.get(`?hostId=${host.id}`)).body.data;
    const { timestamp } = (await call(`${at}/health`)).body;
    const all = [content.timestamp, participant.joinedAt, listed.createdAt, listed.startedAt, timestamp];
    expect(all.every((time) => Math.abs(Date.parse(time) - Date.now()) < 60_000)).toBe(true);
    return {
      raised: content.participant.hasRaisedHand,
      digits: all.map((time) => /:\d\d(?:\.(\d+))?Z$/.exec(time)![1]?.length ?? 0),
    };
  }
  expect(await times(url)).toEqual({ raised: false, digits: [3, 3, 3, 3, 3] });
  expect(await times(deployed)).toEqual({ raised: 0, digits: [0, 0, 0, 0, 0] });
});

test('the deployed style accepts any token over HTTP as one user, but not on sockets', async ({
  url,
  deployed,
}) => {
  async function accepted(at: Url) {
    const claims = { userId: 'somebody', sub: 'somebody', type: 'access' };
    const past = Math.floor(Date.now() / 1000) - 60;
    const hosts = [];
    for (const token of [
      'mock-token',
      signToken(claims, { secret: 'guess' }),
      signToken({ ...claims, exp: past }),
    ]) {
      const user = new User(at, 'somebody', token);
      await expect(user.connect()).rejects.toThrow('Authentication failed');
      const { status, body } = await user.post('', { title: 'Whose?' });
      hosts.push(status === 201 ? body.data.hostId : status);
    }
    expect((await new User(at, 'somebody', '').get()).status, 'no token').toBe(401);
    const own = new User(at);
    expect((await own.post('', { title: 'Mine' })).body.data.hostId, 'a good token').toBe(own.id);
    return hosts;
  }
  expect(await accepted(url)).toEqual([401, 401, 401]);
  expect(await accepted(deployed)).toEqual(['default-user', 'default-user', 'default-user']);
});

test('the deployed style answers a call over the limit with an HTML page and the same headers', async ({
  url,
  deployed,
  newUser,
}) => {
  async function refusal(at: Url) {
    const user = newUser(at);
    for (let i = 0; i < 10; i++) await user.post('', { title: '' });
    const { status, headers, text } = await user.post('', { title: 'one too many' });
    expect(status).toBe(429);
    expect(headers.get('x-ratelimit-remaining')).toBe('0');
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    return [headers.get('content-type'), text.replace(/\d+ minutes/, 'N minutes')];
  }
  expect(await refusal(url)).toEqual([
    'text/plain; charset=utf-8',
    'Too many requests, please try again in N minutes.',
  ]);
  expect(await refusal(deployed)).toEqual([
    'text/html; charset=utf-8',
    'Too many requests, please try again later.',
  ]);
});

test('the deployed style closes idle connections after 5 s, and announces it', async ({ url, deployed }) => {
  const [staying, closing] = [await idleConnection(url), await idleConnection(deployed)];
  expect([staying.keepAlive, closing.keepAlive]).toEqual(['timeout=72', 'timeout=5']);
  await closing.closed;
  expect(staying.socket.readyState, 'the reference style keeps the connection').toBe('open');
  staying.socket.destroy();

  /** A connection after one answered call. */
  async function idleConnection(at: Url) {
    const { hostname, port } = new URL(at);
    const socket = createConnection(Number(port), hostname);
    const closed = once(socket, 'close');
    socket.write(`GET /health HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`);
    const [answer] = await once(socket, 'data');
    return { socket, closed, keepAlive: /^keep-alive: (.*)$/im.exec(String(answer))?.[1] };
  }
});

test('the first latency bucket of the deployed style ends at 50 ms', async ({ url, deployed }) => {
  async function firstBucket(at: Url) {
    await call(`${at}/health`);
    const { text } = await call(`${at}/metrics`);
    return /^http_request_duration_seconds_bucket\{le="([^"]+)"/m.exec(text)![1];
  }
  expect([await firstBucket(url), await firstBucket(deployed)]).toEqual(['0.001', '0.05']);
});

test('the deployed style has no room page and no API description', async ({ url, deployed }) => {
  const statusOf = async (at: Url) => [(await call(at)).status, (await call(`${at}/openapi.json`)).status];
  expect([await statusOf(url), await statusOf(deployed)]).toEqual([
    [200, 200],
    [404, 404],
  ]);
});

test('the deployed style answers database errors with 500 and the text of the database', async ({
  url,
  deployed,
  newUser,
}) => {
  async function answers(at: Url) {
    const tooLong = 'x'.repeat(37);
    const longUser = new User(at, tooLong, signToken({ userId: tooLong, sub: tooLong, type: 'access' }));
    const id = await newUser(at).open();
    const told = [];
    for (const answer of [
      await longUser.post('', { title: 'Mine' }),
      await longUser.post(`/${id}/join`),
      await newUser(at).get('/not-an-id'),
      await newUser(at).post('/7/hand/raise'),
    ]) {
      expect(answer.body.success).toBe(false);
      told.push(`${answer.status} ${answer.body.error}: ${answer.body.message}`);
    }
    expect((await newUser(at).get(`/${randomUUID()}`)).status, 'an id that could be').toBe(404);
    return told;
  }
  expect(await answers(url)).toEqual([
    '401 INVALID_TOKEN: Invalid token',
    '401 INVALID_TOKEN: Invalid token',
    '404 MEETING_NOT_FOUND: There is no such meeting',
    '404 MEETING_NOT_FOUND: There is no such meeting',
  ]);
  expect(await answers(deployed)).toEqual([
    '500 INTERNAL_ERROR: value too long for type character varying(36)',
    '500 INTERNAL_ERROR: value too long for type character varying(36)',
    '500 INTERNAL_ERROR: invalid input syntax for type uuid: "not-an-id"',
    '500 INTERNAL_ERROR: invalid input syntax for type uuid: "7"',
  ]);
});

test('the deployed style refuses invalid bodies with the message of the validator', async ({
  url,
  deployed,
  newUser,
}) => {
  async function answers(at: Url) {
    const user = newUser(at);
    const broken = await call(`${at}/api/v1/meetings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${user.token}`, 'content-type': 'application/json' },
      body: '{"title":',
    });
    return [await user.post('', { title: 7 }), broken, await user.get('?limit=x')].map(
      ({ status, body }) => `${status} ${body.error}: ${body.message}`,
    );
  }
  expect(await answers(url)).toEqual([
    '400 VALIDATION_ERROR: The request is not valid',
    '400 INVALID_JSON: The body is not valid JSON',
    '400 VALIDATION_ERROR: The request is not valid',
  ]);
  expect(await answers(deployed)).toEqual([
    '400 VALIDATION_ERROR: body/title Invalid input: expected string, received number',
    "400 INVALID_JSON: Body is not valid JSON but content-type is set to 'application/json'",
    '400 VALIDATION_ERROR: querystring/limit Invalid input: expected number, received NaN',
  ]);
});

test('the deployed style keeps the refusals, events and rosters of the contract', async ({
  deployed,
  newUser,
}) => {
  const [host, guest, third] = [newUser(deployed), newUser(deployed), newUser(deployed)];
  const id = await host.open({ maxParticipants: 2 });
  const { heard } = await host.enter(id);
  await guest.post(`/${id}/join`);
  await guest.post(`/${id}/join`);
  expect((await third.post(`/${id}/join`)).body).toMatchObject({ success: false, error: 'MEETING_FULL' });
  expect((await third.post(`/${id}/reconnect`)).body).toMatchObject({ error: 'NOT_PARTICIPANT' });
  await expect(third.enter(id)).rejects.toThrow('NOT_PARTICIPANT');
  expect((await guest.post(`/${id}/reconnect`)).body.data.participants).toHaveLength(2);
  await guest.post(`/${id}/leave`);
  await expect
    .poll(() => heard.map(({ name }) => name.replace('meeting:', '')))
    .toEqual(['joined', 'participant-joined', 'participant-reconnected', 'participant-left']);
  await host.post(`/${id}/leave`);
  expect((await host.post(`/${id}/reconnect`)).body).toMatchObject({ error: 'MEETING_ENDED' });
});
