import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { environmentOfHooks } from '../../../src/config/environment.ts';
import { readSettings } from '../../../src/config/read-settings.ts';
import { removeOrphanedFolders } from '../../../src/kernel/owned-folder.ts';
import { ownerIn } from '../../../src/kernel/process-identity.ts';
import { hideSecret } from '../../../src/kernel/secrets.ts';
import { type HookName, Hooks, hookFor } from '../../../src/run/hooks.ts';
import { unpaidHooks } from '../../../src/run/unpaid-hooks.ts';

const none: Record<HookName, string | undefined> = {
  SERVICE_RESTART_CMD: undefined,
  SERVICE_STOP_CMD: undefined,
  SERVICE_START_CMD: undefined,
  DATABASE_STOP_CMD: undefined,
  DATABASE_START_CMD: undefined,
  REDIS_STOP_CMD: undefined,
  REDIS_START_CMD: undefined,
};

const test = base.extend<{
  folder: string;
  /** What the commands wrote, one word for each. */
  log: () => string[];
  hooks: (commands: Partial<typeof none>, withinMs?: number) => Hooks;
}>({
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'fullhouse-hooks-test-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
  log: async ({ folder }, use) =>
    use(() => {
      const path = join(folder, 'log');
      return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
    }),
  hooks: async ({}, use) => {
    const opened: Hooks[] = [];
    await use((commands, withinMs) => {
      const hooks = new Hooks({ ...none, ...commands }, withinMs);
      opened.push(hooks);
      return hooks;
    });
    for (const hooks of opened) await hooks.close();
  },
});

test.describe('What do the settings offer?', () => {
  test('a stop with its start, a restart, or the reason why neither', () => {
    const [stop, start] = ['SERVICE_STOP_CMD', 'SERVICE_START_CMD'] as const;
    expect(hookFor('service', { ...none, [stop]: 'a', [start]: 'b', SERVICE_RESTART_CMD: 'c' })).toEqual({
      kind: 'stop and start',
      stop,
      start,
    });
    expect(hookFor('service', { ...none, SERVICE_RESTART_CMD: 'c' })).toEqual({
      kind: 'restart',
      restart: 'SERVICE_RESTART_CMD',
    });
    expect(hookFor('database', { ...none, SERVICE_RESTART_CMD: 'c' })).toEqual({
      kind: 'not applicable',
      reason: 'DATABASE_STOP_CMD and DATABASE_START_CMD are not set',
    });
    expect(hookFor('service', none)).toMatchObject({
      reason: 'SERVICE_RESTART_CMD is not set, nor are SERVICE_STOP_CMD and SERVICE_START_CMD',
    });
    expect(hookFor('redis', { ...none, REDIS_STOP_CMD: 'a', REDIS_START_CMD: 'b' }).kind).toBe(
      'stop and start',
    );
  });

  test('a stop without its start is refused, and so is a start without its stop', () => {
    expect(() => readSettings({ SERVICE_STOP_CMD: 'a' })).toThrow(
      'SERVICE_STOP_CMD is set, but SERVICE_START_CMD is not. Set both or neither.',
    );
    expect(() => readSettings({ REDIS_START_CMD: 'a' })).toThrow(
      'REDIS_START_CMD is set, but REDIS_STOP_CMD is not. Set both or neither.',
    );
    expect(readSettings({ SERVICE_RESTART_CMD: 'a b' }).SERVICE_RESTART_CMD).toBe('a b');
  });
});

test.describe('What does a command get, and what is kept of it?', () => {
  test('the environment without our settings, and without what holds a secret', () => {
    const forget = hideSecret('s3cret-of-the-run');
    const given = environmentOfHooks({
      PATH: '/bin',
      KUBECONFIG: '/home/me/.kube/config',
      JWT_SECRET: 'x',
      SERVICE_STOP_CMD: 'x',
      FULLHOUSE_RUN: '{}',
      NODE_OPTIONS: '--import tsx',
      OTHER: 'token s3cret-of-the-run',
    });
    forget();
    expect(given).toEqual({ PATH: '/bin', KUBECONFIG: '/home/me/.kube/config' });
  });

  test('the end of its output, without secrets', async ({ hooks }) => {
    const forget = hideSecret('s3cret-of-the-run');
    const commands = {
      SERVICE_RESTART_CMD: 'echo "restarted by s3cret-of-the-run" >&2; echo "secret: $JWT_SECRET"',
    };
    const said = await hooks(commands).run('SERVICE_RESTART_CMD');
    forget();
    expect(said).toMatch(/^restarted by \S+\nsecret:$/);
    expect(said).not.toContain('s3cret');
  });

  test('its last words only, whatever it wrote before, and no file is left', async ({ hooks, folder }) => {
    const before = process.env.TMPDIR;
    process.env.TMPDIR = folder;
    try {
      const talkative = hooks({ SERVICE_RESTART_CMD: 'yes | head -c 9999999; echo; echo the end' });
      const said = await talkative.run('SERVICE_RESTART_CMD');
      expect(said).toMatch(/^(y\n){900,1000}the end$/);
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
  });

  test('a command that fails says how, and what it wrote', async ({ hooks }) => {
    const failing = hooks({ SERVICE_RESTART_CMD: 'echo no such container; exit 3' });
    await expect(failing.run('SERVICE_RESTART_CMD')).rejects.toThrow(
      /^SERVICE_RESTART_CMD ended with code 3 after \d+\.\d s: no such container$/,
    );
    await expect(failing.run('SERVICE_STOP_CMD')).rejects.toThrow('SERVICE_STOP_CMD is not set.');
  });

  test('a command that hangs is ended with its children', async ({ hooks, folder }) => {
    const hanging = hooks(
      { SERVICE_RESTART_CMD: `sh -c 'echo $$ > ${folder}/pid; exec sleep 600' & wait` },
      1000,
    );
    await expect(hanging.run('SERVICE_RESTART_CMD')).rejects.toThrow(
      'SERVICE_RESTART_CMD was ended after 1 s',
    );
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    await expect.poll(() => existsSync(`/proc/${pid}/exe`) && isAlive(pid)).toBe(false);
  });

  test('what it leaves running goes on when nobody reads its output any more', async ({
    hooks,
    folder,
    log,
  }) => {
    const starting = hooks({
      SERVICE_RESTART_CMD: `sh -c 'until [ -e ${folder}/go ]; do sleep 0.05; done; echo output; echo wrote >> ${folder}/log' &`,
    });
    await starting.run('SERVICE_RESTART_CMD');
    await starting.close();
    rmSync(join(folder, 'go'), { force: true });
    spawn('touch', [join(folder, 'go')]);
    await expect.poll(log).toEqual(['wrote']);
  });
});

test.describe('Is what was stopped started again?', () => {
  const commands = (folder: string, stop = `echo stop >> ${folder}/log`) => ({
    SERVICE_STOP_CMD: stop,
    SERVICE_START_CMD: `echo start >> ${folder}/log`,
  });

  test('once, by whoever stopped it', async ({ hooks, folder, log }) => {
    const both = hooks(commands(folder));
    await both.run('SERVICE_STOP_CMD', 'SERVICE_START_CMD');
    await both.run('SERVICE_START_CMD');
    await both.close();
    expect(log()).toEqual(['stop', 'start']);
  });

  test('at the end, where nobody has done it', async ({ hooks, folder, log }) => {
    const forgetful = hooks(commands(folder));
    await forgetful.run('SERVICE_STOP_CMD', 'SERVICE_START_CMD');
    await forgetful.close();
    expect(log()).toEqual(['stop', 'start']);
    expect(forgetful.isOver).toBe(true);
    await expect(forgetful.run('SERVICE_START_CMD')).rejects.toThrow('No further command runs');
  });

  test('also where the stop failed: nobody knows how far it came', async ({ hooks, folder, log }) => {
    const failing = hooks(commands(folder, `echo stop >> ${folder}/log; exit 1`));
    await expect(failing.run('SERVICE_STOP_CMD', 'SERVICE_START_CMD')).rejects.toThrow('ended with code 1');
    await failing.close();
    expect(log()).toEqual(['stop', 'start']);
  });

  test('also after SIGKILL of the process that runs the commands', async ({ hooks, folder, log }) => {
    const killed = hooks({
      ...commands(folder),
      SERVICE_RESTART_CMD: 'kill -9 $PPID',
    });
    await killed.run('SERVICE_STOP_CMD', 'SERVICE_START_CMD');
    await expect(killed.run('SERVICE_RESTART_CMD')).rejects.toThrow(
      'The process that runs commands has ended.',
    );
    await killed.close();
    expect(log()).toEqual(['stop', 'start']);
  });

  test('also after SIGKILL of the process that stopped it, and after SIGINT to its whole group', async ({
    folder,
    log,
  }) => {
    const owner = spawn(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, 'hook-owner.ts'), folder],
      {
        detached: true,
        env: { ...process.env, TMPDIR: folder },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await once(owner.stdout!, 'data');
    expect(log()).toEqual(['stop']);
    process.kill(-owner.pid!, 'SIGINT');
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    await expect.poll(log).toEqual(['stop', 'start']);
    await expect.poll(() => readdirSync(folder).filter((name) => name.startsWith('fullhouse-'))).toEqual([]);
  });

  test('by the user, to whom the next run says it, after SIGKILL of both at once', async ({
    folder,
    log,
  }) => {
    const owner = spawn(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, 'hook-owner.ts'), folder],
      { env: { ...process.env, TMPDIR: folder }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(owner.stdout!, 'data');
    // The folder names its keeper. Nothing is said while that one lives, and may start it.
    const record = readdirSync(folder).find((name) => name.startsWith('fullhouse-hook.'))!;
    const keeper = ownerIn(record.replace(/^fullhouse-hook\.|\.\w{6}$/g, ''))!;
    expect(await unpaidHooks(folder)).toEqual([]);
    process.kill(keeper.pid, 'SIGSTOP');
    owner.kill('SIGKILL');
    process.kill(keeper.pid, 'SIGKILL');
    await expect
      .poll(() => unpaidHooks(folder))
      .toEqual([
        expect.stringContaining(
          'could not run SERVICE_START_CMD, so a part of the service may still be stopped',
        ),
      ]);
    expect(log()).toEqual(['stop']);
    await removeOrphanedFolders(folder);
    expect(await unpaidHooks(folder)).toEqual([]);
  });
});

function isAlive(pid: number): boolean {
  try {
    // A zombie that nobody has waited for is gone, and its entry stays for a while.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
