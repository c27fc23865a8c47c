import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { listenerOn, memoryLimitOf, readingsOf } from '../../../src/soak/process.ts';

const HEADER = 'sl local_address rem_address st tx_queue rx_queue tr tm->when retrnsmt uid timeout inode';
const line = (address: string, state: string, queues: string, inode: number) =>
  `0: ${address} 00000000:0000 ${state} ${queues} 00:00000000 00000000 0 0 ${inode} 1 0`;

/** A folder like /proc with one process, 77, that listens on port 3002 and has two connections. */
function procIn(folder: string): string {
  const proc = join(folder, 'proc');
  for (const path of ['net', '77/net', '77/fd', '88/fd']) mkdirSync(join(proc, path), { recursive: true });
  const tables = {
    tcp: [
      HEADER,
      line('0100007F:0BBA', '0A', '00000000:00000000', 500),
      line('0100007F:0BBA', '01', '00000010:00000001', 501),
      line('0100007F:0BBB', '0A', '00000000:00000000', 999),
      '',
    ],
    tcp6: [HEADER, line('00000000000000000000000001000000:0BBA', '01', '00000000:00000100', 502), ''],
  };
  for (const [name, lines] of Object.entries(tables))
    for (const place of ['net', '77/net']) writeFileSync(join(proc, place, name), lines.join('\n'));
  const links = ['/dev/null', 'pipe:[3]', 'socket:[500]', 'socket:[501]', 'socket:[502]', '/tmp/file'];
  for (const [fd, target] of links.entries()) symlinkSync(target, join(proc, '77/fd', String(fd)));
  writeFileSync(join(proc, '77/status'), 'Name:\tnode\nThreads:\t11\n');
  writeFileSync(join(proc, '77/smaps_rollup'), 'Rss:     2048 kB\nAnonymous:   1024 kB\n');
  writeFileSync(join(proc, '77/cgroup'), '0::/a/b\n');
  return proc;
}

test('the process that listens on a port, and what it uses', ({}, testInfo) => {
  const proc = procIn(testInfo.outputPath('folder'));
  expect(listenerOn(3002, proc)).toEqual({ pid: 77 });
  expect(readingsOf(77, proc)).toEqual({
    'os.descriptors': 6,
    'os.sockets': 3,
    'os.files': 2,
    'os.tcp': 2,
    'os.tcp.queued_bytes': 0x10 + 1 + 0x100,
    'os.threads': 11,
    'os.resident_bytes': 2 * 2 ** 20,
    'os.anonymous_bytes': 2 ** 20,
  });
});

test('without the process, its rights or /proc, there is a reason and no reading', ({}, testInfo) => {
  const proc = procIn(testInfo.outputPath('folder'));
  expect(listenerOn(3003, proc)).toEqual({
    unavailableReason: 'the process that listens on port 3003 belongs to another user',
  });
  expect(listenerOn(3004, proc)).toEqual({
    unavailableReason: 'no process of this machine listens on port 3004',
  });
  expect(listenerOn(3002, join(proc, 'missing'))).toEqual({
    unavailableReason: 'this system has no /proc: only Linux shows what a process uses',
  });
  expect(readingsOf(99, proc)).toEqual({});
});

test('the limit of a control group, which a group around it may lower', ({}, testInfo) => {
  const folder = testInfo.outputPath('folder');
  const proc = procIn(folder);
  const groups = join(folder, 'cgroup');
  mkdirSync(join(groups, 'a/b'), { recursive: true });
  expect(memoryLimitOf(77, proc, groups)).toBeUndefined();
  writeFileSync(join(groups, 'a/b/memory.max'), 'max\n');
  expect(memoryLimitOf(77, proc, groups)).toBeUndefined();
  writeFileSync(join(groups, 'a/memory.max'), '536870912\n');
  expect(memoryLimitOf(77, proc, groups)).toBe(536_870_912);
  writeFileSync(join(groups, 'a/b/memory.max'), '1073741824\n');
  expect(memoryLimitOf(77, proc, groups)).toBe(536_870_912);
});

test('this process is found by its own port', async () => {
  test.skip(process.platform !== 'linux', 'only Linux has /proc');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  try {
    expect(listenerOn(port)).toEqual({ pid: process.pid });
    const readings = readingsOf(process.pid);
    expect(readings['os.sockets']).toBeGreaterThan(0);
    expect(readings['os.anonymous_bytes']).toBeGreaterThan(2 ** 20);
    expect(readings['os.resident_bytes']).toBeGreaterThan(readings['os.anonymous_bytes']!);
  } finally {
    server.close();
  }
});
