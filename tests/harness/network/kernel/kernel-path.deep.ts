import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, test } from '@playwright/test';
import { UserError } from '../../../../src/kernel/errors.ts';
import { kernelLayerAvailable } from '../../../../src/network/kernel/kernel-layer.ts';
import { KernelPath } from '../../../../src/network/kernel/kernel-path.ts';
import { type EchoService, startEchoService } from '../../request-context/echo-service.ts';
import { linkTo } from './host.ts';

const available = kernelLayerAvailable();
test.skip(!available.ok, available.ok ? '' : available.why);

/** Makes a call over a new connection. Returns its duration, or null without an answer in time. */
async function callMs(path: KernelPath, timeoutMs = 8000): Promise<number | null> {
  const began = performance.now();
  const socket = connect(path.port, path.host);
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  let answer = '';
  socket.setEncoding('utf8').on('data', (text) => {
    answer += text;
  });
  socket.on('error', () => undefined);
  socket.end('GET /chunked HTTP/1.1\r\nhost: service\r\nconnection: close\r\n\r\n');
  await new Promise((resolve) => socket.on('close', resolve));
  clearTimeout(timer);
  return answer.includes('three') ? performance.now() - began : null;
}

const urlOf = ({ host, port }: KernelPath) => `http://${host}:${port}`;

const calls = (path: KernelPath, count: number) =>
  Promise.all(Array.from({ length: count }, () => callMs(path)));

test.describe('A kernel path', () => {
  let service: EchoService;
  let path: KernelPath;
  test.beforeEach(async () => {
    service = await startEchoService();
    path = await KernelPath.open({ servicePort: service.port });
  });
  test.afterEach(async () => {
    await path?.close();
    await service.close();
  });

  test('loses no packet at 0% loss, and counts all packets', async () => {
    expect(await calls(path, 20)).not.toContain(null);
    const { up, down } = await path.achieved();
    // A connection takes more than three packets each way.
    expect(up.of).toBeGreaterThan(60);
    expect(down.of).toBeGreaterThan(60);
    expect([up.lost, down.lost]).toEqual([0, 0]);
    expect([up.agrees, down.agrees]).toEqual([true, true]);
  });

  test('loses packets within the interval at 30% loss, and TCP retransmits them', async () => {
    await path.set({ up: { lossPercent: 30 }, down: { lossPercent: 30 } });
    const took = (await calls(path, 60)).filter((ms) => ms !== null);
    const { up, down } = await path.achieved();
    expect(up).toMatchObject({ setPercent: 30, agrees: true });
    expect(down).toMatchObject({ setPercent: 30, agrees: true });
    expect(up.lost).toBeGreaterThan(20);
    expect(down.lost).toBeGreaterThan(20);
    // Most calls arrive in time, and some only after a retransmission timeout of 200 ms or more.
    expect(took.length).toBeGreaterThan(30);
    expect(Math.max(...took)).toBeGreaterThan(200);
  });

  test('blocks all connects at 100% loss, and completes waiting connects after the heal', async () => {
    await path.set({ up: { lossPercent: 100 }, down: { lossPercent: 100 } });
    const sockets = Array.from({ length: 5 }, () => connect(path.port, path.host));
    // Each socket has sent a SYN and repeated it.
    await expect
      .poll(async () => (await path.achieved()).up.lost, { timeout: 30_000 })
      .toBeGreaterThanOrEqual(10);
    expect(sockets.map(({ connecting }) => connecting)).toEqual(Array(5).fill(true));
    expect(service.connections).toHaveLength(0);
    expect((await path.achieved()).up).toMatchObject({ percent: 100, agrees: true });

    const connected = Promise.all(sockets.map((socket) => once(socket, 'connect')));
    await path.heal();
    await connected;
    for (const socket of sockets) socket.destroy();
    expect(await callMs(path)).not.toBeNull();
    expect((await path.achieved()).up).toMatchObject({ setPercent: 0, lost: 0 });
  });

  test('loses packets in one direction only, and an open connection survives the loss of all packets', async () => {
    const socket = connect(path.port, path.host);
    await once(socket, 'connect');
    await path.set({ down: { lossPercent: 100 } });
    socket.write('GET /chunked HTTP/1.1\r\nhost: service\r\nconnection: close\r\n\r\n');
    let answer = '';
    socket.setEncoding('utf8').on('data', (text) => {
      answer += text;
    });
    await expect.poll(() => service.calls).toContain('GET /chunked');
    await expect.poll(async () => (await path.achieved()).down.lost).toBeGreaterThan(0);
    const { up } = await path.achieved();
    expect(up.lost).toBe(0);
    expect(answer).toBe('');
    await path.heal();
    await once(socket, 'end');
    expect(answer).toContain('three');
    socket.destroy();
  });

  test('delivers each byte once and in order under loss', async () => {
    await path.set({ up: { lossPercent: 5 }, down: { lossPercent: 5 } });
    const { length } = (await (await fetch(`${urlOf(path)}/large`)).text()).replace(
      /^(meetings )+(m|me|mee|meet)?/,
      '',
    );
    expect(length).toBeLessThan(9);
    const body = Array.from({ length: 40_000 }, (_, n) => n).join(' ');
    const answer = await fetch(`${urlOf(path)}/echo`, { method: 'POST', body });
    expect(((await answer.json()) as { body: string }).body).toBe(body);
    expect((await path.achieved()).up.lost).toBeGreaterThan(0);
  });

  test('passes on a reset by the service, and keeps a half-closed connection usable', async () => {
    await expect(fetch(`${urlOf(path)}/reset`)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    // This server answers only after the end of the client's stream.
    const server = createServer({ allowHalfOpen: true }, (socket: Socket) => {
      socket.resume().on('end', () => socket.end('goodbye'));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    await using other = await KernelPath.open({ servicePort: (server.address() as { port: number }).port });
    const socket = connect({ port: other.port, host: other.host, allowHalfOpen: true });
    socket.end('hello');
    let heard = '';
    for await (const chunk of socket) heard += chunk;
    expect(heard).toBe('goodbye');
    server.close();
  });

  test('names all invalid values in one error, and delays packets only with netem', async () => {
    await expect(path.set({ up: { lossPercent: 101 }, down: { latencyMs: -1 } })).rejects.toThrow(
      new UserError(
        'Kernel path: up.lossPercent is 101, but must be a number from 0 to 100; down.latencyMs is -1, but must be a number from 0 to 60000.',
      ),
    );
    if (path.how === 'netem') {
      await path.set({ up: { latencyMs: 100 }, down: { latencyMs: 100 } });
      // One round trip to connect, and one for the answer.
      expect(await callMs(path)).toBeGreaterThan(390);
      await path.heal();
      await expect.poll(() => callMs(path), { timeout: 30_000 }).toBeLessThan(390);
    } else {
      await expect(path.set({ up: { latencyMs: 100 } })).rejects.toThrow(/this kernel has no netem/);
    }
  });

  test('does not impair another path that is open at the same time', async () => {
    await using other = await KernelPath.open({ servicePort: service.port });
    await path.set({ up: { lossPercent: 100 } });
    expect(await callMs(other)).not.toBeNull();
    expect((await path.achieved()).up.of).toBe(0);
    expect(linkTo(other.host)).not.toBe(linkTo(path.host));
  });
});
