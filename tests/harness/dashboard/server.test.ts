import { request } from 'node:http';
import { expect, test } from '@playwright/test';
import { DashboardServer } from '../../../src/dashboard/dashboard-server.ts';
import { hideSecret } from '../../../src/kernel/secrets.ts';
import { FedRun } from '../live/fed-run.ts';
import { Watched } from './watched.ts';

/** A request with any headers, also those that browsers and `fetch` do not send. */
function ask(url: string, path: string, headers: Record<string, string>, method = 'GET') {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>(
    (resolve, reject) => {
      const sent = request(`${url}${path}`, { headers, method, agent: false }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
      });
      sent.on('error', reject).end();
    },
  );
}

test.describe('the dashboard server', () => {
  test('serves its files with a content policy that forbids frames and foreign scripts', async () => {
    await using watched = await Watched.start();
    for (const [path, type] of [
      ['/', 'text/html'],
      ['/main.js', 'text/javascript'],
      ['/main.css', 'text/css'],
    ] as const) {
      const { status, headers, body } = await ask(watched.url, path, {});
      expect({ path, status, type: headers['content-type'] }).toEqual({
        path,
        status: 200,
        type: `${type}; charset=utf-8`,
      });
      expect(body.length).toBeGreaterThan(100);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  test('listens on loopback and rejects Host headers of other machines', async () => {
    await using watched = await Watched.start();
    const { port, hostname } = new URL(watched.url);
    expect(hostname).toBe('127.0.0.1');
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`])
      expect({ host, status: (await ask(watched.url, '/', { host })).status }).toEqual({ host, status: 200 });
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      'localhost',
      `localhost:${port}.evil.example`,
    ]) {
      for (const path of ['/', '/events', '/main.js'])
        expect({ host, path, status: (await ask(watched.url, path, { host })).status }).toEqual({
          host,
          path,
          status: 421,
        });
    }
  });

  test('rejects methods other than GET and HEAD, and paths outside the client files', async () => {
    await using watched = await Watched.start();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect({ method, status: (await ask(watched.url, '/', {}, method)).status }).toEqual({
        method,
        status: 405,
      });
    expect((await ask(watched.url, '/', {}, 'HEAD')).status).toBe(200);
    expect((await ask(watched.url, '/../../package.json', {})).status).toBe(404);
    expect((await ask(watched.url, '/frames.ts', {})).status).toBe(404);
  });

  test('redacts secrets and tokens in events and metrics', async () => {
    await using watched = await Watched.start();
    const [secret, token] = ['s3cret-"of-this-run', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl'];
    hideSecret(secret);
    for (const text of [secret, token]) {
      watched.run.live.log.add('run', `the service said ${text}`);
      watched.run.second([{ name: `op ${text}`, count: 3 }]);
    }
    const viewer = await watched.viewer();
    await expect.poll(() => viewer.frames.length).toBe(1);
    const { body } = await ask(watched.url, '/metrics', {});
    for (const text of [viewer.text, body]) {
      expect(text).toContain('op [token]');
      for (const part of ['of-this-run', 'eyJ']) expect(text).not.toContain(part);
    }
  });

  test('listens on a later port if the requested port is taken', async () => {
    const run = new FedRun();
    const first = await DashboardServer.start(run.live, 0);
    const port = Number(new URL(first.url).port);
    const second = await DashboardServer.start(run.live, port);
    expect(Number(new URL(second.url).port)).toBeGreaterThan(port);
    await Promise.all([first, second].map((one) => one.end({ verdict: 'passed', reports: [] })));
    await expect(fetch(first.url)).rejects.toThrow();
  });
});
