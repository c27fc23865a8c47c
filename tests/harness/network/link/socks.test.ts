import type { Socket } from 'node:net';
import type { Path } from '../../../../src/network/link/path.ts';
import { arrivalOf, ByteService, endOf } from './byte-service.ts';
import { expect, SOON, test } from './link-fixture.ts';

const GREETING = Buffer.of(5, 1, 0);
const GRANTED = Buffer.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0).toString('latin1');
const CHOSEN = '\x05\x00';

/** A connect request, by host name or by IPv4 address. */
function request(host: string, port: number, command = 1): Buffer {
  const parts = host.split('.').map(Number);
  const isIp = parts.length === 4 && parts.every(Number.isInteger);
  const address = isIp
    ? Buffer.of(1, ...parts)
    : Buffer.concat([Buffer.of(3, host.length), Buffer.from(host)]);
  return Buffer.concat([Buffer.of(5, command, 0), address, Buffer.of(port >> 8, port & 255)]);
}

const portOf = ({ url }: { url: string }) => Number(new URL(url).port);

/** A client of the path's SOCKS5 listener that has sent nothing yet. */
async function client(service: ByteService, path: Path): Promise<Socket> {
  const { socks } = await path.viaSocks();
  return service.client({ url: socks.replace('socks5:', 'http:') });
}

/** The answer until the proxy ended the connection. */
async function answerTo(socket: Socket, ...said: Buffer[]): Promise<string> {
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1');
  });
  for (const one of said) socket.write(one);
  expect(await endOf(socket)).toBe('end');
  return answer;
}

/** Waits until the service has accepted this number of connections. */
async function accepted(service: ByteService, count: number): Promise<void> {
  await expect.poll(() => service.accepted, SOON).toBe(count);
}

test.describe('What does the SOCKS5 listener of a path carry?', () => {
  test('carries only the bytes after the handshake, however they are split', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const socket = await client(service, path);
    const answer = arrivalOf(CHOSEN + GRANTED, socket);
    const all = Buffer.concat([GREETING, request('127.0.0.1', portOf(service)), Buffer.from('hello')]);
    for (const byte of all) {
      socket.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await answer;
    await accepted(service, 1);
    await expect.poll(async () => (await path.stats()).up, SOON).toMatchObject({ passedBytes: 5 });
    // The handshake and the bytes in one piece.
    const other = await client(service, path);
    const granted = arrivalOf(CHOSEN + GRANTED, other);
    other.write(all);
    await granted;
    await expect.poll(async () => (await path.stats()).up, SOON).toMatchObject({ passedBytes: 10 });
    const { up, down, connections } = await path.stats();
    expect([up.receivedBytes, down.receivedBytes, connections.opened]).toEqual([10, 0, 2]);
  });

  test('impairs its connections like the path, but not its handshake', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    await path.inflict({ kind: 'stalled', direction: 'both' });
    const socket = await client(service, path);
    const answer = arrivalOf(CHOSEN + GRANTED, socket);
    socket.write(Buffer.concat([GREETING, request('127.0.0.1', portOf(service)), Buffer.from('held')]));
    await answer;
    await expect.poll(async () => (await path.stats()).up.heldBytes, SOON).toBe(4);
    expect(service.accepted).toBe(0);
    await path.heal();
    await expect.poll(async () => (await path.stats()).up.passedBytes, SOON).toBe(4);
    await accepted(service, 1);
    const ended = endOf(socket);
    expect(await path.reset()).toBe(1);
    expect(await ended).toBe('ECONNRESET');
  });

  test('connects the name of the service to the upstream, and any other name to its own server', async ({
    link,
  }) => {
    await using service = await ByteService.start();
    await using other = await ByteService.start();
    await using path = await link.open('socks names', {
      upstream: service.url,
      service: 'https://Meet.test/base',
    });
    const targets = [
      ['meet.TEST', 443, [1, 0]],
      ['127.0.0.1', portOf(other), [1, 1]],
      ['localhost', portOf(other), [1, 2]],
      ['127.0.0.1', portOf(service), [2, 2]],
    ] as const;
    for (const [host, port, counts] of targets) {
      const socket = await client(service, path);
      socket.write(Buffer.concat([GREETING, request(host, port)]));
      await expect.poll(() => [service.accepted, other.accepted], SOON).toEqual(counts);
    }
    // Another port of the same host is another server, and nothing listens on it.
    const socket = await client(service, path);
    const answer = arrivalOf(CHOSEN + GRANTED, socket);
    socket.write(Buffer.concat([GREETING, request('127.0.0.1', 9)]));
    const ended = endOf(socket);
    await answer;
    // If bytes and a reset come in one read, libuv reports bytes and an end.
    expect(['ECONNRESET', 'end']).toContain(await ended);
    expect((await path.stats()).connections.unreachable).toBe(1);
  });

  test('connects to an IPv6 target in the notation of URL', async ({ link }) => {
    await using service = await ByteService.start();
    await using path = await link.open('socks IPv6', {
      upstream: service.url,
      service: 'http://[fd00::1]:8080',
    });
    const socket = await client(service, path);
    const address = Buffer.from('fd000000000000000000000000000001', 'hex');
    socket.write(Buffer.concat([GREETING, Buffer.of(5, 1, 0, 4), address, Buffer.of(0x1f, 0x90)]));
    await accepted(service, 1);
  });
});

test('a path opens a port for each server, and applies its faults to all of them', async ({ link }) => {
  await using service = await ByteService.start();
  await using other = await ByteService.start();
  await using path = await link.open('two servers', {
    upstream: service.url,
    service: 'https://meet.test/base',
  });
  const [own, elsewhere] = [await path.to('https://meet.test/other'), await path.to(`${other.url}/x`)];
  expect([own, await path.to(service.url)]).toEqual([path.via, path.via]);
  expect(elsewhere.port).not.toBe(own.port);
  expect(await path.to(other.url)).toEqual(elsewhere);
  await expect(path.to('rt.test')).rejects.toThrow('is "rt.test", but must be an http or https address');

  const at = ({ host, port }: { host: string; port: number }) => ({ url: `http://${host}:${port}` });
  await path.inflict({ kind: 'impaired', up: { latencyMs: 20 } });
  const clients = [await service.client(at(own)), await service.client(at(elsewhere))];
  for (const client of clients) client.write('hello');
  await expect.poll(() => [service.accepted, other.accepted], SOON).toEqual([1, 1]);
  await expect.poll(async () => (await path.stats()).up.passedBytes, SOON).toBe(10);
  expect((await path.stats()).up.addedDelay!.minMs).toBeGreaterThanOrEqual(20);
  const ended = clients.map(endOf);
  expect(await path.reset()).toBe(2);
  expect(await Promise.all(ended)).toEqual(['ECONNRESET', 'ECONNRESET']);
  await path.inflict({ kind: 'refusing' });
  for (const via of [own, elsewhere]) await expect(service.client(at(via))).rejects.toThrow('ECONNREFUSED');
});

test.describe('What does the SOCKS5 listener of a path refuse?', () => {
  test('refuses other protocol versions, commands and authentication methods', async ({ pathTo }) => {
    await using service = await ByteService.start();
    const path = await pathTo(service);
    const there = request('127.0.0.1', portOf(service));
    const bind = request('127.0.0.1', portOf(service), 2);
    const told = async (...said: Buffer[]) => answerTo(await client(service, path), ...said);
    expect(await told(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toBe('');
    expect(await told(Buffer.of(5, 1, 2))).toBe('\x05\xff');
    expect(await told(GREETING, bind)).toBe(`${CHOSEN}\x05\x07${GRANTED.slice(2)}`);
    expect(await told(GREETING, Buffer.of(5, 1, 0, 9, 0, 0))).toBe(`${CHOSEN}\x05\x08${GRANTED.slice(2)}`);
    expect(await told(GREETING, Buffer.of(4, ...there.subarray(1)))).toBe(CHOSEN);
    expect(service.accepted).toBe(0);
    expect((await path.stats()).connections.opened).toBe(0);
  });

  test('refuses all clients while the path refuses, and after the path is disposed of', async ({ link }) => {
    await using service = await ByteService.start();
    const path = await link.open('socks refuses', { upstream: service.url });
    await path.inflict({ kind: 'refusing' });
    // The path refuses, so its new listener does not listen.
    await expect(client(service, path)).rejects.toThrow('ECONNREFUSED');
    await path.heal();
    // The kernel may have accepted the connection before the path refuses: then the path resets it at once.
    const ended = endOf(await client(service, path));
    await path.inflict({ kind: 'refusing' });
    await expect(client(service, path)).rejects.toThrow('ECONNREFUSED');
    await path.heal();
    const { socks } = await path.viaSocks();
    expect((await path.viaSocks()).socks).toBe(socks);
    await path.dispose();
    expect(await ended).toBe('ECONNRESET');
    await expect(service.client({ url: socks.replace('socks5:', 'http:') })).rejects.toThrow('ECONNREFUSED');
    await expect(path.viaSocks()).rejects.toThrow('is closed');
  });
});
