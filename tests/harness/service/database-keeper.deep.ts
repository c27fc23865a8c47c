import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linkLibraries, nativeFolder } from '../../../service/database/binaries.ts';
import { ownerName } from '../../../service/process-identity.ts';
import { removeOrphanedFolders } from '../../../src/kernel/owned-folder.ts';
import { childIds } from '../../../src/kernel/process-family.ts';
import { test as base, expect } from './service-fixture.ts';
import { processesNaming } from './service-process.ts';

const KEEPER = fileURLToPath(new URL('../../../service/database/keeper.mjs', import.meta.url));

/** The id of this process with another start time, so that the next run considers the owner dead. */
const FOLDER_PREFIX = `fullhouse-postgres.${ownerName()}0.`;

interface Ready {
  readonly folder: string;
  readonly sockets: string;
  readonly pid: number;
}

const test = base.extend<{
  /** A temporary folder for this test. PostgreSQL may enter it even if it runs as another user. */
  temporary: string;
  /** Starts a keeper whose PostgreSQL accepts connections. All processes end with the test. */
  keep: (settings?: { TMPDIR?: string }) => Promise<Ready & { keeper: number; guard: number }>;
}>({
  temporary: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'keeper-test-'));
    await chmod(folder, 0o755);
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
  keep: async ({ temporary }, use) => {
    const keepers: ReturnType<typeof spawn>[] = [];
    await use(async ({ TMPDIR = temporary } = {}) => {
      const native = nativeFolder();
      await linkLibraries(native);
      const env = { PATH: process.env.PATH, TMPDIR };
      const keeper = spawn(process.execPath, [KEEPER], { env, stdio: ['pipe', 'pipe', 'inherit'] });
      keepers.push(keeper);
      const orders = { native, password: 'test', maxConnections: 10, folderPrefix: FOLDER_PREFIX };
      keeper.stdin.write(`${JSON.stringify(orders)}\n`);
      const [line] = (await once(keeper.stdout, 'data')) as [Buffer];
      const ready: Ready & { error?: string } = JSON.parse(String(line));
      expect(ready.error).toBeUndefined();
      const guard = childIds(keeper.pid!).find((pid) => pid !== ready.pid)!;
      return { ...ready, keeper: keeper.pid!, guard };
    });
    for (const keeper of keepers) {
      if (keeper.exitCode !== null || keeper.signalCode !== null) continue;
      const ended = once(keeper, 'exit');
      keeper.stdin!.end();
      await ended;
    }
  },
});

test.skip(process.platform !== 'linux', 'the tests read /proc');

const ours = async (folder: string) =>
  (await readdir(folder)).filter((name) => name.startsWith('fullhouse-'));

test('PostgreSQL ends and its folder is removed after the keeper is killed', async ({ keep, temporary }) => {
  const { keeper, folder, pid } = await keep();
  // The folder belongs to this user, and PostgreSQL writes below it, so the next run may remove it.
  expect((await stat(folder)).uid).toBe(process.getuid!());
  process.kill(keeper, 'SIGKILL');
  await expect.poll(() => ours(temporary)).toEqual([]);
  await expect.poll(() => processesNaming(temporary)).toEqual([]);
  expect(processesNaming(`-D ${folder}`)).not.toContain(pid);
});

test('PostgreSQL ends after keeper and guard are killed, and the next run removes the folder', async ({
  keep,
  temporary,
}) => {
  const { keeper, guard, folder } = await keep();
  process.kill(keeper, 'SIGKILL');
  process.kill(guard, 'SIGKILL');
  await expect.poll(() => processesNaming(temporary)).toEqual([]);
  expect(await removeOrphanedFolders(temporary)).toEqual([folder]);
  expect(await ours(temporary)).toEqual([]);
});

test('the keeper ends PostgreSQL and removes its folder after the guard is killed', async ({
  keep,
  temporary,
}) => {
  const { guard } = await keep();
  process.kill(guard, 'SIGKILL');
  await expect.poll(() => processesNaming(temporary)).toEqual([]);
  await expect.poll(() => ours(temporary)).toEqual([]);
});

test('a killed PostgreSQL leaves no folder and no shared memory', async ({ keep, temporary }) => {
  const { pid, folder } = await keep();
  const lockFile = await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8');
  const segment = /^ *\d+ +(\d+)$/m.exec(lockFile)![1]!;
  const isThere = async () =>
    (await readFile('/proc/sysvipc/shm', 'utf8'))
      .split('\n')
      .some((line) => line.trim().split(/ +/)[1] === segment);
  expect(await isThere()).toBe(true);
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => ours(temporary)).toEqual([]);
  expect(await isThere()).toBe(false);
});

test('the socket is in /tmp, and is removed, if the temporary folder has a long path', async ({
  keep,
  temporary,
}) => {
  const TMPDIR = join(temporary, 'x'.repeat(60));
  await mkdir(TMPDIR);
  const { keeper, sockets, folder } = await keep({ TMPDIR });
  expect(folder.startsWith(TMPDIR)).toBe(true);
  expect(sockets.startsWith('/tmp/fullhouse-postgres.')).toBe(true);
  expect(await readdir(sockets)).toContain('.s.PGSQL.5432');
  process.kill(keeper, 'SIGKILL');
  await expect.poll(() => readdir(TMPDIR)).toEqual([]);
  await expect.poll(() => readdir(sockets).catch(() => 'gone')).toBe('gone');
});
