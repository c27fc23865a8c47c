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
  /** The words that the commands wrote, one per command. */
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

test.describe('Which commands do the settings offer?', () => {
  test('offer a stop with its start, a restart, or the reason for neither', () => {
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

  test('refuse a stop without its start and a start without its stop', () => {
    expect(() => readSettings({ SERVICE_STOP_CMD: 'a' })).toThrow(
      'SERVICE_STOP_CMD is set, but SERVICE_START_CMD is not. Set both or neither.',
    );
    expect(() => readSettings({ REDIS_START_CMD: 'a' })).toThrow(
      'REDIS_START_CMD is set, but REDIS_STOP_CMD is not. Set both or neither.',
    );
    expect(readSettings({ SERVICE_RESTART_CMD: 'a b' }).SERVICE_RESTART_CMD).toBe('a b');
  });
});

test.describe('What does a command receive and return?', () => {
  test('receives the environment without harness settings and secrets', () => {
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

  test('returns its output with secrets redacted', async ({ hooks }) => {
    const forget = hideSecret('s3cret-of-the-run');
    const commands = {
      SERVICE_RESTART_CMD: 'echo "restarted by s3cret-of-the-run" >&2; echo "secret: $JWT_SECRET"',
    };
    const said = await hooks(commands).run('SERVICE_RESTART_CMD');
    forget();
    expect(said).toMatch(/^restarted by \S+\nsecret:$/);
    expect(said).not.toContain('s3cret');
  });

  test('returns only the end of a long output and leaves no file', async ({ hooks, folder }) => {
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

  test('rejects with the exit code and the output of a failed command', async ({ hooks }) => {
    const failing = hooks({ SERVICE_RESTART_CMD: 'echo no such container; exit 3' });
    await expect(failing.run('SERVICE_RESTART_CMD')).rejects.toThrow(
      /^SERVICE_RESTART_CMD ended with code 3 after \d+\.\d s: no such container$/,
    );
    await expect(failing.run('SERVICE_STOP_CMD')).rejects.toThrow('SERVICE_STOP_CMD is not set.');
  });

  test('ends a hanging command and its children', async ({ hooks, folder }) => {
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

  test('leaves its background process running after the hooks are closed', async ({ hooks, folder, log }) => {
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

test.describe('When does a stopped service start again?', () => {
  const commands = (folder: string, stop = `echo stop >> ${folder}/log`) => ({
    SERVICE_STOP_CMD: stop,
    SERVICE_START_CMD: `echo start >> ${folder}/log`,
  });

  test('starts once when the run calls the start command', async ({ hooks, folder, log }) => {
    const both = hooks(commands(folder));
    await both.run('SERVICE_STOP_CMD', 'SERVICE_START_CMD');
    await both.run('SERVICE_START_CMD');
    await both.close();
    expect(log()).toEqual(['stop', 'start']);
  });

  test('starts at the end when the run did not call the start command', async ({ hooks, folder, log }) => {
    const forgetful = hooks(commands(folder));
    await forgetful.run('SERVICE_STOP_CMD', 'SERVICE_START_CMD');
    await forgetful.close();
    expect(log()).toEqual(['stop', 'start']);
    expect(forgetful.isOver).toBe(true);
    await expect(forgetful.run('SERVICE_START_CMD')).rejects.toThrow('No further command runs');
  });

  test('starts at the end when the stop command failed', async ({ hooks, folder, log }) => {
    const failing = hooks(commands(folder, `echo stop >> ${folder}/log; exit 1`));
    await expect(failing.run('SERVICE_STOP_CMD', 'SERVICE_START_CMD')).rejects.toThrow('ended with code 1');
    await failing.close();
    expect(log()).toEqual(['stop', 'start']);
  });

  test('starts after SIGKILL of the process that runs the commands', async ({ hooks, folder, log }) => {
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

  test('starts after SIGKILL of the run and SIGINT to its process group', async ({ folder, log }) => {
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

  test('is reported to the user by the next run after SIGKILL of both processes', async ({ folder, log }) => {
    const owner = spawn(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, 'hook-owner.ts'), folder],
      { env: { ...process.env, TMPDIR: folder }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(owner.stdout!, 'data');
    // The name of the folder contains its keeper. While the keeper lives, nothing is reported.
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
    // A zombie has ended, although its entry stays for a while.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
