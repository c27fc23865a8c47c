import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { expect, test } from '@playwright/test';
import { DashboardServer } from '../../../src/dashboard/dashboard-server.ts';
import { isRead } from '../../../src/dashboard/linger.ts';
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

  test('serves the files of a finished run, and nothing outside its folder', async ({}, testInfo) => {
    const [outside, folder] = [testInfo.outputPath('outside.txt'), testInfo.outputPath('run')];
    for (const [name, text] of [
      ['index.html', 'the page'],
      ['summary.md', 'the summary'],
      ['a file.bin', 'data'],
      ['empty.txt', ''],
      ['html/index.html', 'the report'],
      ['evidence/crowd.json', '{}'],
      ['.hidden', 'hidden'],
    ] as const) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    writeFileSync(outside, 'a secret');
    symlinkSync(outside, join(folder, 'link.txt'));
    symlinkSync(dirname(folder), join(folder, 'up'));
    await using watched = await Watched.start();
    const get = (path: string, method?: string) => ask(watched.url, `/report/${path}`, {}, method);
    expect((await get('index.html')).status).toBe(404);
    watched.end({}, folder);
    for (const [path, type, body] of [
      ['', 'text/html; charset=utf-8', 'the page'],
      ['index.html', 'text/html; charset=utf-8', 'the page'],
      ['summary.md?x=../..', 'text/plain; charset=utf-8', 'the summary'],
      ['a%20file.bin', 'application/octet-stream', 'data'],
      ['empty.txt', 'text/plain; charset=utf-8', ''],
      ['html/', 'text/html; charset=utf-8', 'the report'],
    ] as const) {
      const answer = await get(path);
      expect({ path, type: answer.headers['content-type'], body: answer.body }).toEqual({ path, type, body });
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    }
    expect(await get('html')).toMatchObject({ status: 301, headers: { location: '/report/html/' } });
    expect(await get('index.html', 'HEAD')).toMatchObject({ status: 200, body: '' });
    expect((await get('index.html', 'PUT')).status).toBe(405);
    for (const path of [
      '../outside.txt',
      '%2e%2e/outside.txt',
      '..%2foutside.txt',
      'html/../../outside.txt',
      '%2e%2e%5coutside.txt',
      'link.txt',
      'up/outside.txt',
      outside,
      encodeURIComponent(outside),
      '.hidden',
      'evidence/crowd.json',
      'index.html%00.txt',
      '%zz',
      'none.txt',
      'html/none/',
    ])
      expect({ path, status: (await get(path)).status }).toEqual({ path, status: 404 });
  });

  test('stays while a tab is connected, and before the first tab only on request', async () => {
    const [endedAt, now] = [100_000, 200_000];
    const at = (present: number, lastSeenAt: number | null) => ({ present, lastSeenAt });
    for (const [stay, readers, expected] of [
      ['no', at(3, now), false],
      ['while read', at(1, 1), true],
      ['while read', at(0, null), false],
      ['while read', at(0, endedAt - 1), false],
      // A tab that reloads is back soon.
      ['while read', at(0, now - 1000), true],
      ['while read', at(0, now - 10_000), false],
      ['until read', at(0, null), true],
      ['until read', at(0, endedAt - 1), true],
      ['until read', at(0, endedAt + 1), false],
    ] as const)
      expect({ stay, readers, is: isRead(readers, stay, endedAt, now) }).toEqual({
        stay,
        readers,
        is: expected,
      });

    await using watched = await Watched.start();
    const stop = new AbortController();
    const options = { stay: 'until read', signal: stop.signal } as const;
    watched.end();
    // It waits no longer than this, and not at all after Ctrl-C.
    await watched.dashboard.linger({ ...options, mostMs: 1 });
    let isOver = false;
    const over = watched.dashboard.linger(options).then(() => {
      isOver = true;
    });
    await watched.viewer();
    await expect.poll(() => watched.dashboard.readers.present).toBe(1);
    expect(isOver).toBe(false);
    stop.abort();
    await over;
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
    await Promise.all([first, second].map((one) => one.close()));
    await expect(fetch(first.url)).rejects.toThrow();
  });
});
