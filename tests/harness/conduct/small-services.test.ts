import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { ask } from '../../../src/conduct/ask.ts';
import { watchIdleConnection } from '../../../src/conduct/idle-connection.ts';
import type { InterviewOptions } from '../../../src/conduct/interview.ts';
import { answerHeaders } from '../../../src/conduct/questions/answer-headers.ts';
import { badBodies } from '../../../src/conduct/questions/bad-bodies.ts';
import { foreignOrigins } from '../../../src/conduct/questions/foreign-origins.ts';
import { fullMeeting } from '../../../src/conduct/questions/full-meeting.ts';
import { health } from '../../../src/conduct/questions/health.ts';
import { httpTokens } from '../../../src/conduct/questions/http-tokens.ts';
import { idleConnections } from '../../../src/conduct/questions/idle-connections.ts';
import { questions } from '../../../src/conduct/questions/index.ts';
import { joiningTwice } from '../../../src/conduct/questions/joining-twice.ts';
import { rateLimits } from '../../../src/conduct/questions/rate-limits.ts';
import { socketTokens } from '../../../src/conduct/questions/socket-tokens.ts';
import { accessOf } from '../meetings/access-of.ts';
import { said } from './found.ts';
import { expect, type OwnWay, test } from './small-service.ts';

const access = await accessOf('small');
const optionsFor = (serviceUrl: string): InterviewOptions => ({
  serviceUrl,
  socketUrl: serviceUrl,
  access,
  timeoutMs: 2000,
  idleConnection: () => watchIdleConnection(serviceUrl, { watchedMs: 200 }),
  stoppableDatabase: async () => 'nobody may stop it',
});

const limited = (status: number, over: (calls: number, user: string) => boolean, headers = {}): OwnWay => {
  const calls = new Map<string, number>();
  return ({ path, userId = '' }) => {
    if (!path.startsWith('?')) return undefined;
    calls.set(userId, (calls.get(userId) ?? 0) + 1);
    return over(calls.get(userId)!, userId) ? { status, headers, body: 'Too many requests' } : undefined;
  };
};

test.describe('conduct, with defects that the reference service cannot have,', () => {
  test('finds personal data without cache-control, and a server banner', async ({ serve }) => {
    const url = await serve(() => undefined);
    expect(said(await ask(answerHeaders, optionsFor(url)))).toEqual([
      'passed',
      null,
      'personal-data-without-cache-control',
    ]);
    const talkative = await serve(({ method, path, userId }) =>
      method === 'GET' && path.startsWith('?') && userId
        ? { headers: { 'x-powered-by': 'Express', server: 'nginx/1.2' }, body: { success: true, data: [] } }
        : undefined,
    );
    const answered = await ask(answerHeaders, optionsFor(talkative));
    expect(said(answered).slice(2)).toEqual(['personal-data-without-cache-control', 'server-banner']);
    expect(answered.findings[1]!.samples).toHaveLength(2);
  });

  test('reports an allowed foreign origin without credentials as worth knowing', async ({ serve }) => {
    const url = await serve(() => ({
      headers: { 'access-control-allow-origin': '*' },
      body: { success: true },
    }));
    const answered = await ask(foreignOrigins, optionsFor(url));
    expect(said(answered)).toEqual(['passed', null, 'foreign-origin-allowed']);
    expect(answered.findings[0]!.samples[0]).toEqual({
      request: 'GET /api/v1/meetings?limit=1 (origin: https://foreign.example)',
      answer: '200, access-control-allow-origin: *',
    });
  });

  test('finds a meeting for two users that admits three', async ({ serve }) => {
    const answered = await ask(fullMeeting, optionsFor(await serve()));
    expect(said(answered).slice(2)).toEqual(['full-meeting-admits-more']);
    // The service has no sockets: the question stops, and its findings stay.
    expect(answered.state).toBe('failed');
    expect(answered.reason).toContain('a socket with a good token did not connect');
  });

  test('finds bad tokens that are refused with 403 or 500 instead of 401', async ({ serve }) => {
    const good = new Set<string>();
    const refusing =
      (status: number): OwnWay =>
      ({ method, path, headers: { authorization = '' } }) => {
        // The first three tokens belong to the user of the good request and to the users of the question.
        if (good.size === 0 || (path === '' && method === 'POST')) good.add(authorization);
        if (path.endsWith('/join') && good.size < 3) good.add(authorization);
        return good.has(authorization) || path === '/health'
          ? undefined
          : { status, body: { success: false } };
      };
    const answered = await ask(httpTokens, optionsFor(await serve(refusing(403))));
    expect(said(answered)).toEqual(['passed', null, 'http-refuses-token-without-401']);
    expect(answered.findings[0]).toMatchObject({ severity: 'worth knowing', more: 5 });
    good.clear();
    const broken = await ask(httpTokens, optionsFor(await serve(refusing(500))));
    expect(said(broken)).toEqual(['failed', null, 'http-refuses-token-with-5xx']);
  });

  test('finds a rate limit without headers, and a rate limit that users share', async ({ serve }) => {
    const silent = await serve(limited(429, (calls) => calls > 30));
    expect(said(await ask(rateLimits, optionsFor(silent)))).toEqual([
      'passed',
      null,
      'rate-limit-without-headers',
      'rate-limit-without-retry-after',
    ]);
    let all = 0;
    const shared = limited(429, () => ++all > 30, { 'retry-after': '60', 'ratelimit-limit': '30' });
    expect(said(await ask(rateLimits, optionsFor(await serve(shared))))).toEqual([
      'failed',
      null,
      'rate-limit-shared-by-users',
    ]);
  });

  test('finds bad input that gets no answer', async ({ serve }) => {
    const url = await serve(({ body, headers }) => {
      if (body === '' && headers['content-type'] === undefined) return undefined;
      return body === '{"title":' ? 'hang up' : { status: 400, body: { success: false, error: 'BAD' } };
    });
    const answered = await ask(badBodies, optionsFor(url));
    expect(said(answered)).toEqual(['failed', null, 'bad-input-without-answer']);
    expect(answered.findings[0]!.samples[0]!.request).toBe('POST /api/v1/meetings {"title": (cut off)');
  });

  test('finds bad input that crashes the service', async ({ serve }) => {
    let isGone = false;
    const url = await serve(({ body }) => {
      isGone ||= body === '{"title":';
      return isGone ? 'hang up' : undefined;
    });
    expect(said(await ask(badBodies, optionsFor(url)))).toEqual([
      'failed',
      'the service is gone after bad input',
      'bad-input-crashes-the-service',
    ]);
  });
});

test.describe('the question about idle connections', () => {
  /** Answers once, then passes the connection to `then`. */
  async function answering(extra: string, then: (socket: Socket) => void) {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket
        .on('error', () => undefined)
        .once('data', () => {
          socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 2\r\n${extra}\r\n{}`);
          then(socket);
        });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const found = await watchIdleConnection(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
      watchedMs: 1000,
    });
    for (const socket of sockets) socket.destroy();
    server.close();
    const options = { ...optionsFor('http://127.0.0.1:9'), idleConnection: async () => found };
    return { found, answered: await ask(idleConnections, options) };
  }

  test('reports when a service closes an idle connection without a keep-alive header', async () => {
    const { found, answered } = await answering('', (socket) => setTimeout(() => socket.end(), 100));
    expect(found.kind).toBe('closed');
    expect(said(answered)).toEqual(['passed', null, 'idle-connections-close-early']);
    expect(answered.findings[0]!.message).toMatch(
      /^The service closes idle connections after \d\.\d s and does not/,
    );
  });

  test('reports the time of a short keep-alive header, and accepts a long one', async () => {
    const { answered } = await answering('keep-alive: timeout=5\r\n', () => undefined);
    expect(answered.findings[0]!.message).toBe('The service closes idle connections after 5 s.');
    const { answered: long } = await answering('Keep-Alive: timeout=72, max=100\r\n', () => undefined);
    expect(said(long)).toEqual(['passed', null]);
  });

  test('finds connections that close after each answer, and accepts open ones', async () => {
    const { answered } = await answering('connection: close\r\n', (socket) => socket.end());
    expect(said(answered)).toEqual(['passed', null, 'connections-not-kept']);
    const { found, answered: fine } = await answering('', () => undefined);
    expect(found.kind).toBe('open');
    expect(said(fine)).toEqual(['passed', null]);
  });

  test('the question about idle connections is inconclusive without an answer', async () => {
    const found = await watchIdleConnection('http://127.0.0.1:9', { watchedMs: 1000 });
    const options = { ...optionsFor('http://127.0.0.1:9'), idleConnection: async () => found };
    expect(said(await ask(idleConnections, options))[0]).toBe('inconclusive');
  });
});

test.describe('a conduct question', () => {
  test('a question is inconclusive if the service fails every good request', async ({ serve }) => {
    const url = await serve(({ path }) => (path === '/health' ? undefined : { status: 502, body: '<html>' }));
    for (const question of questions.filter(({ isWatched }) => !isWatched)) {
      expect(said(await ask(question, optionsFor(url))), question.id).toEqual([
        'inconclusive',
        'the service answers a good request (GET /api/v1/meetings?limit=1) with 502',
      ]);
    }
  });

  test('a question is not applicable if the service lacks its subject', async ({ serve }) => {
    const url = await serve();
    expect(said(await ask(joiningTwice, optionsFor(url)))).toEqual([
      'not applicable',
      'the service returns no roster',
    ]);
    expect(said(await ask(rateLimits, optionsFor(url)))).toEqual([
      'not applicable',
      'no limit was met in 64 lists of one user',
    ]);
    expect(said(await ask(health, optionsFor(url)))).toEqual(['not applicable', 'nobody may stop it']);
  });

  test('a question is inconclusive if no meeting can be created or no socket opens', async ({ serve }) => {
    const refusing = await serve(({ path, method }) =>
      path === '' && method === 'POST' ? { status: 429 } : undefined,
    );
    expect(said(await ask(joiningTwice, optionsFor(refusing)))).toEqual([
      'inconclusive',
      'the service answered POST /api/v1/meetings with 429 (rate limited)',
    ]);
    const [state, reason] = said(await ask(socketTokens, optionsFor(await serve())));
    expect(state).toBe('inconclusive');
    expect(reason).toContain('a socket with a good token did not connect');
  });

  test('a question is inconclusive at once if nothing listens at the address', async () => {
    for (const question of questions.filter(({ id }) => id !== 'health')) {
      const answered = await ask(question, optionsFor('http://127.0.0.1:9'));
      expect(said(answered), question.id).toEqual(['inconclusive', expect.stringMatching(/./)]);
    }
  });
});
