import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@playwright/test';
import { kernelLayerAvailable } from '../../../../src/network/kernel/kernel-layer.ts';
import { KernelPath } from '../../../../src/network/kernel/kernel-path.ts';
import { hostState, links, linkTo, processes } from './host.ts';

const available = kernelLayerAvailable();
test.skip(!available.ok, available.ok ? '' : available.why);

/** The keeper that this process started, and the processes that own its namespaces. */
function keeperOf(owner: number, link: string) {
  const all = processes();
  const keepers = all.filter(
    ({ parent, command }) => parent === owner && command === 'fullhouse-kernel-keeper',
  );
  expect(keepers, link).toHaveLength(1);
  const keeper = keepers[0]!.pid;
  const holders = all.filter(({ parent }) => parent === keeper).map(({ pid }) => pid);
  expect(holders).toHaveLength(2);
  return { keeper, all: [keeper, ...holders] };
}

async function nothingIsLeft(link: string, pids: number[], before: ReturnType<typeof hostState>) {
  await expect.poll(() => links()).not.toContain(link);
  await expect.poll(() => processes().filter(({ pid }) => pids.includes(pid))).toEqual([]);
  expect(hostState()).toEqual(before);
}

test.describe('What does a kernel path leave on the machine?', () => {
  test('leaves nothing after it is closed twice', async () => {
    const before = hostState();
    const path = await KernelPath.open({ servicePort: 9 });
    const link = linkTo(path.host)!;
    expect(links()).toContain(link);
    // The host's rules are unchanged while the path is open.
    expect(hostState()).toEqual(before);
    const { all } = keeperOf(process.pid, link);
    await path.close();
    expect(links()).not.toContain(link);
    await path.close();
    await nothingIsLeft(link, all, before);
    await expect(path.achieved()).rejects.toThrow('The kernel path is closed.');
  });

  test('leaves nothing when its keeper is killed', async () => {
    const before = hostState();
    const path = await KernelPath.open({ servicePort: 9 });
    const link = linkTo(path.host)!;
    const { keeper, all } = keeperOf(process.pid, link);
    process.kill(keeper, 'SIGKILL');
    await expect(path.achieved()).rejects.toThrow(/The kernel path (ended|is closed)/);
    await nothingIsLeft(link, all, before);
    await path.close();
  });

  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    test(`leaves nothing when its owner ends by ${signal} during loss and calls in flight`, async () => {
      const before = hostState();
      const script = `
        import { connect } from 'node:net';
        import { KernelPath } from './src/network/kernel/kernel-path.ts';
        const path = await KernelPath.open({ servicePort: 9 });
        await path.set({ up: { lossPercent: 100 } });
        connect(path.port, path.host).on('error', () => undefined);
        console.log(path.host);`;
      const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
      const owner = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      const [host] = await once(owner.stdout, 'data');
      const link = linkTo(String(host).trim())!;
      const { all } = keeperOf(owner.pid!, link);
      owner.kill(signal);
      await once(owner, 'exit');
      await nothingIsLeft(link, all, before);
    });
  }

  for (const [title, ruleset, environment, reason] of [
    ['nft refuses its rules', 'nonsense', process.env, /nft -f -: .*syntax error/s],
    ['a tool is missing', '', { PATH: '/nowhere' }, /unshare/],
  ] as const) {
    test(`leaves nothing and reports the reason when ${title}`, async () => {
      const before = hostState();
      const keeper = fork('src/network/kernel/keeper.mjs', { env: environment, execArgv: [] });
      const command = {
        type: 'open',
        servicePort: 9,
        serviceHost: '127.0.0.1',
        id: `t${keeper.pid}`,
        hostAddress: '198.19.255.249',
        lineAddresses: ['198.19.255.250', '198.19.255.253'],
        farAddress: '198.19.255.254',
        ruleset,
      };
      keeper.send({ id: 1, command });
      const ended = once(keeper, 'exit');
      const [{ mistake }] = await once(keeper, 'message');
      expect(mistake).toMatch(reason);
      expect(await ended).toEqual([1, null]);
      await nothingIsLeft(`fht${keeper.pid}h`, [keeper.pid!], before);
    });
  }
});
