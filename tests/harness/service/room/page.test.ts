import { expect, test } from '../service-fixture.ts';
import { call } from '../user.ts';

test('the room page has immutable assets and a content security policy', async ({ url }) => {
  const { text, headers } = await call(url);
  expect(headers.get('cache-control')).toBe('no-cache');
  const policy = headers.get('content-security-policy') ?? '';
  for (const part of ["default-src 'self'", "script-src 'self'", "style-src 'self'", "object-src 'none'"])
    expect(policy.split(';')).toContain(part);
  expect(policy).not.toContain('unsafe');
  expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/);

  const assets = [...text.matchAll(/(?:src|href)="(\/room\/[^"]+)"/g)].map(([, address]) => address);
  expect(assets).toEqual([
    expect.stringMatching(/^\/room\/room-[0-9a-f]{12}\.css$/),
    expect.stringMatching(/^\/room\/room-[0-9a-f]{12}\.js$/),
  ]);
  for (const [address, type] of [
    [assets[0], 'text/css'],
    [assets[1], 'text/javascript'],
  ]) {
    const asset = await call(url + address);
    expect(asset.status).toBe(200);
    expect(asset.headers.get('content-type')).toContain(type);
    expect(asset.headers.get('cache-control')).toContain('immutable');
  }
  expect((await call(`${url}/room/room-000000000000.js`)).status).toBe(404);
  expect((await call(`${url}/room/main.ts`)).status).toBe(404);
});

test('ten simultaneous first visitors get the same room page', async ({ launch, databaseUrl }) => {
  const url = await launch({ DATABASE_URL: databaseUrl }).ready;
  const pages = await Promise.all(Array.from({ length: 10 }, () => call(url)));
  expect(new Set(pages.map(({ text }) => text)).size).toBe(1);
  expect(pages[0]?.status).toBe(200);
});
