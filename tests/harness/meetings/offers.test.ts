import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { detectOffers } from '../../../src/meetings/detect-offers.ts';
import { describeOffers } from '../../../src/meetings/offers.ts';
import { expect, test } from '../service/service-fixture.ts';
import { SECRET } from '../service/tokens.ts';
import { accessOf } from './access-of.ts';
import { nobody } from './connecting.ts';
import { listening } from './small-server.ts';

let runs = 0;
const asked = async (url: string, secret = SECRET) => ({
  url,
  socketUrl: url,
  runId: `20261129-${process.pid}-${++runs}`,
  access: await accessOf(secret),
  timeoutMs: 3000,
});

test.describe('detection of service offers', () => {
  test('finds the roster in meeting.get and all other offers of the reference service', async ({ url }) => {
    const offers = await detectOffers(await asked(url));
    expect(offers).toEqual({
      roster: 'meeting.get',
      hand: true,
      hostTakesPart: true,
      page: true,
      sockets: true,
      events: true,
      metrics: { firstBucketMs: expect.any(Number), processes: 1 },
      verifiesTokens: { http: true, sockets: true },
      rateLimitHeaders: true,
      keepAliveS: 72,
    });
    expect(describeOffers(offers).join('; ')).toMatch(/^the roster in meeting\.get; raised hands;/);
  });

  test('ends the meeting that it created', async ({ url, newUser }) => {
    const { runId, ...rest } = await asked(url);
    await detectOffers({ ...rest, runId });
    const { body } = await newUser().get('?limit=100');
    const own = body.data.filter(({ title }: { title: string }) => title.includes(runId));
    expect(own).toHaveLength(1);
    expect(own[0].status).toBe('ended');
  });

  test('reports a wrong JWT secret', async ({ url }) => {
    await expect(detectOffers(await asked(url, 'not the secret'))).rejects.toThrow(
      `JWT_SECRET does not match the service at ${url}: HTTP refused the token (401), with the message "AUTHENTICATION_FAILED: Authentication failed". Set JWT_SECRET to the secret`,
    );
  });

  test.describe('a service in the deployed style', () => {
    test('finds the roster in meeting.reconnect and reports that HTTP accepts forged tokens', async ({
      launch,
    }) => {
      const url = await launch({ JWT_SECRET: SECRET, SERVICE_STYLE: 'deployed' }).ready;
      const offers = await detectOffers(await asked(url));
      expect(offers).toEqual({
        roster: 'meeting.reconnect',
        hand: true,
        hostTakesPart: true,
        page: false,
        sockets: true,
        events: true,
        metrics: { firstBucketMs: 50, processes: 1 },
        verifiesTokens: { http: false, sockets: true },
        rateLimitHeaders: true,
        keepAliveS: 5,
      });
      expect(describeOffers(offers)).toEqual([
        'the roster in meeting.reconnect',
        'raised hands',
        'room events',
        'no web page',
        '/metrics with durations from 50 ms',
        'rate-limit headers',
        'idle connections kept for 5 s',
        'HTTP accepts a forged token',
      ]);
    });

    test('reports a wrong secret that only the socket refuses', async ({ launch }) => {
      const url = await launch({ JWT_SECRET: SECRET, SERVICE_STYLE: 'deployed' }).ready;
      await expect(detectOffers(await asked(url, 'not the secret'))).rejects.toThrow(
        `JWT_SECRET does not match the service at ${url}: the socket refused the token, with the message "Authentication failed". Set JWT_SECRET`,
      );
    });

    test('reports missing room events and metrics of two processes', async ({ launch }) => {
      const url = await launch({
        JWT_SECRET: SECRET,
        SERVICE_DEFECTS: 'events-none,metrics-of-two',
        SERVICE_OWNER: 'offers',
      }).ready;
      expect(describeOffers(await detectOffers(await asked(url)))).toEqual(
        expect.arrayContaining(['no room event within 1.5 s of a raised hand', '/metrics of 2 processes']),
      );
    });
  });

  test.describe('a wrong Socket.IO address', () => {
    /** Checks the report about a Socket.IO address of a service whose HTTP works. */
    async function saidOf(
      socketUrl: string,
      why: string,
      { timeoutMs = 3000, hint = '' } = {},
    ): Promise<void> {
      const url = await listening((_, response) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[]}'),
      );
      const offers = await detectOffers({ ...(await asked(url)), socketUrl, timeoutMs });
      expect(offers.sockets).toBe(why);
      expect(offers.wrongSocketAddress).toBe(
        `No participant can connect: no Socket.IO at ${socketUrl}/socket.io (${why}). Correct WEBSOCKET_URL${hint}.`,
      );
    }

    test('reports a Socket.IO address where nothing listens', async () =>
      saidOf(await nobody(), 'connection refused'));

    test('reports a Socket.IO address that answers with a page or with 404', async () => {
      await saidOf(
        await listening((_, response) => response.end('<html></html>')),
        'HTTP 200 and no WebSocket',
      );
      await saidOf(await listening((_, response) => response.writeHead(404).end()), 'HTTP 404');
    });

    test('reports a Socket.IO address that never answers or fails in TLS', async () => {
      await saidOf(await listening(() => undefined), 'timeout', {
        timeoutMs: 400,
        hint: ', or raise REQUEST_TIMEOUT_MS (now 400) for a slow service',
      });
      const url = await listening((_, response) => response.end());
      await saidOf(url.replace('http:', 'https:'), 'TLS handshake failed');
    });
  });

  test('does not report a wrong secret when the socket refuses for another reason', async () => {
    const io = new Server(0, { transports: ['websocket'] });
    io.use((_, next) => next(new Error('the server is full')));
    const url = await listening((_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[]}'),
    );
    const { port } = (io as unknown as { httpServer: HttpServer }).httpServer.address() as AddressInfo;
    const offers = await detectOffers({ ...(await asked(url)), socketUrl: `http://127.0.0.1:${port}` });
    expect(offers.sockets).toBe('the server is full');
    expect(offers.wrongSocketAddress).toBeUndefined();
    await io.close();
  });

  test('refuses a service without the meetings API', async () => {
    const url = await listening((_, response) => response.writeHead(404).end());
    await expect(detectOffers(await asked(url))).rejects.toThrow(/has no \/api\/v1\/meetings \(404\)/);
  });

  test('stops examining a service that refuses to create a meeting', async () => {
    const url = await listening(({ method }, response) =>
      method === 'POST'
        ? response.writeHead(429, { 'content-type': 'text/plain' }).end('Too many requests')
        : response.writeHead(200, { 'content-type': 'application/json' }).end('{"success":true,"data":[]}'),
    );
    const offers = await detectOffers(await asked(url));
    expect(offers).toMatchObject({
      ended: 'meeting.create: 429',
      verifiesTokens: { http: false },
    });
    expect(offers).not.toHaveProperty('roster');
    expect(describeOffers(offers)).toContain('not examined further (meeting.create: 429)');
  });
});
