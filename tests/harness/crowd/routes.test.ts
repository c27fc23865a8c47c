import { expect, test } from '@playwright/test';
import { openRoutes, type RoutesOptions } from '../../../src/crowd/routes.ts';
import { loadProfile } from '../../../src/network/profiles/load.ts';

const options: RoutesOptions = {
  serviceUrl: 'https://meet.test/meet',
  socketUrl: 'https://meet.test/meet',
  sourceAddresses: [],
  seed: 1,
  ttlMs: 60_000,
};

test('routes lead directly to the service without a network profile', async () => {
  const routes = await openRoutes({ ...options, socketUrl: 'https://rt.test' });
  expect(await routes.open(1, { byProxy: true })).toMatchObject({
    http: { url: 'https://meet.test/meet' },
    socket: { url: 'https://rt.test' },
  });
  const { http, socket } = await routes.open(2);
  expect([http.via, socket.via]).toEqual([undefined, undefined]);
  await routes.close();
});

test('routes use the source addresses in turn, except for browsers', async () => {
  const routes = await openRoutes({ ...options, sourceAddresses: ['127.0.0.1', '127.0.0.2', '127.0.0.3'] });
  const from: (string | undefined)[] = [];
  for (let place = 0; place < 5; place++) {
    const { http, socket } = await routes.open(place + 100, { place });
    expect(http.localAddress).toBe(socket.localAddress);
    from.push(http.localAddress);
  }
  expect(from).toEqual(['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.1', '127.0.0.2']);
  expect((await routes.open('in a browser', { byProxy: true })).http.localAddress).toBeUndefined();
  const chosen = await openRoutes(options);
  expect((await chosen.open(1, { place: 1 })).http.localAddress).toBeUndefined();
  await Promise.all([routes.close(), chosen.close()]);
});

test('routes give each participant its own path with a network profile', async () => {
  const routes = await openRoutes({ ...options, profile: loadProfile('4g') });
  try {
    const [one, other] = [await routes.open(1), await routes.open(2)];
    for (const { http, socket } of [one, other]) {
      expect([http.url, socket.url]).toEqual([options.serviceUrl, options.socketUrl]);
      expect(http.via).toEqual({ host: '127.0.0.1', port: expect.any(Number) });
      expect(socket.via).toEqual(http.via);
    }
    expect(one.http.via).not.toEqual(other.http.via);
    const browser = await routes.open('in a browser', { byProxy: true });
    expect(browser.http.via!.socks).toMatch(/^socks5:\/\/127\.0\.0\.1:\d+$/);
    // The name is free again.
    await one.dispose();
    await (await routes.open(1)).dispose();
    await expect(routes.open(2)).rejects.toThrow('already has a path "participant 2"');
  } finally {
    await routes.close();
  }
});

test('routes use a second port of the path for sockets at another server', async () => {
  const routes = await openRoutes({ ...options, socketUrl: 'https://rt.test', profile: loadProfile('4g') });
  try {
    const { http, socket } = await routes.open(1);
    expect(socket.url).toBe('https://rt.test');
    expect(socket.via!.port).not.toBe(http.via!.port);
    expect((await routes.open(2)).socket.via!.port).not.toBe(socket.via!.port);
  } finally {
    await routes.close();
  }
});
