import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { filterFor, PacketCapture } from '../../../src/capture/packet-capture.ts';
import { LatencyHistogram } from '../../../src/timings/latency-histogram.ts';

const cannot =
  process.getuid?.() !== 0
    ? 'only root may capture packets'
    : spawnSync('tcpdump', ['--version']).error
      ? 'tcpdump is not installed'
      : undefined;

const options = { url: 'http://127.0.0.1:3002', oneOf: 16, operations: ['meeting.get'] };

test.describe('packet capture', () => {
  test('captures one connection in N by its local port, ignoring the lowest bit', () => {
    expect(filterFor(options)).toContain('tcp[0:2] & 30 == 0');
    expect(filterFor({ ...options, oneOf: 1 })).toContain('tcp[0:2] & 0 == 0');
  });

  test('refuses HTTPS before it starts a process', async () => {
    await expect(PacketCapture.start({ ...options, url: 'https://example.test' })).rejects.toThrow('HTTPS');
  });

  test('measures how long the service takes to answer real calls', async () => {
    test.skip(cannot !== undefined, cannot);
    const service = createServer((_request, response) => setTimeout(() => response.end('here'), 20));
    await once(service.listen(0, '127.0.0.1'), 'listening');
    const { port } = service.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    const capture = await PacketCapture.start({ ...options, url, oneOf: 1 });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let call = 0; call < 5; call++) {
      const [response] = await once(get(url, { agent }), 'response');
      response.resume();
      await once(response, 'end');
    }
    agent.destroy();
    service.close();
    const seen = await capture.end();
    expect(await capture.end(), 'to end it twice changes nothing').toEqual(seen);
    expect(seen).toMatchObject({
      oneOf: 1,
      connections: 1,
      dropped: 0,
      endedEarly: false,
      operations: ['meeting.get'],
    });
    const latencies = LatencyHistogram.decode(seen!.latencies);
    expect(latencies.count).toBe(5);
    expect(latencies.minMs).toBeGreaterThanOrEqual(19);
  });

  test('reports a capture that ended early', async () => {
    test.skip(cannot !== undefined, cannot);
    const service = createServer((_request, response) => response.end('here'));
    await once(service.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    const capture = await PacketCapture.start({ ...options, url, oneOf: 1 });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const call = async () => {
      const [response] = await once(get(url, { agent }), 'response');
      await once(response.resume(), 'end');
    };
    // The capture must contain the first call.
    for (let calls = 0; calls < 3; calls++) await call();
    await pause(500);
    process.kill(capture.pid!, 'SIGINT');
    await expect.poll(() => existsSync(`/proc/${capture.pid}`)).toBe(false);
    await call();
    agent.destroy();
    service.close();
    expect(await capture.end()).toMatchObject({ endedEarly: true });
  });

  test('stops tcpdump when its parent process is killed, even without packets', async () => {
    test.skip(cannot !== undefined, cannot);
    const script = `
      import { PacketCapture } from './src/capture/packet-capture.ts';
      const capture = await PacketCapture.start(${JSON.stringify({ ...options, url: 'http://127.0.0.1:9' })});
      process.stdout.write(String(capture.pid));
      setInterval(() => undefined, 1000);`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const owner = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = await once(owner.stdout, 'data');
    const pid = Number(said);
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    owner.kill('SIGKILL');
    await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
  });

  test('returns no result for a capture without calls', async () => {
    test.skip(cannot !== undefined, cannot);
    const capture = await PacketCapture.start({ ...options, url: 'http://127.0.0.1:9' });
    expect(await capture.end()).toBeUndefined();
  });
});
