import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { allImports } from '../structure/sources.ts';
import { call } from './client.ts';
import { foreignServices } from './services.ts';
import { startForeign, startForeignProcess } from './start.ts';

const HERE = 'tests/harness/foreign/';
const isTest = (path: string) => /(\.test|\.deep|client|fixture|by-contract)\.ts$/.test(path);

test('the foreign services import neither the harness nor the reference service', () => {
  const own = allImports().filter(({ from }) => from.startsWith(HERE) && !isTest(from));
  expect(own.length).toBeGreaterThan(20);
  expect(own.filter(({ to }) => !to.startsWith(HERE))).toEqual([]);
  // The search works: this file imports another folder.
  const outside = allImports().filter(({ from, to }) => from.startsWith(HERE) && !to.startsWith(HERE));
  expect(outside.map(({ to }) => to)).toContain('tests/harness/structure/sources.ts');
});

test('each foreign service has a contract file', () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  for (const { contract } of Object.values(foreignServices))
    expect([contract, existsSync(join(root, contract))]).toEqual([contract, true]);
});

test('a foreign service refuses an unknown defect', async () => {
  await expect(startForeign('all-sockets', { defects: ['events-twice', 'ghosts'] })).rejects.toThrow(
    'all-sockets has no defect "ghosts". Use one of: events-twice, peer-out-missing.',
  );
});

test('a foreign service in its own process can be killed and restarted with the same keys', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fullhouse-foreign-test-'));
  try {
    const first = await startForeignProcess('rest-v2', { folder });
    const port = Number(new URL(first.url).port);
    const { SERVICE_CA, JWT_KEY_FILE } = first.environment;
    const ca = readFileSync(SERVICE_CA!, 'utf8');
    const key = readFileSync(JWT_KEY_FILE!, 'utf8');
    first.child.kill('SIGKILL');
    expect(await first.ended).toBe('SIGKILL');
    await expect(call('GET', `${first.url}/healthz`, { ca })).rejects.toThrow();

    const second = await startForeignProcess('rest-v2', { folder, port });
    expect(second.url).toBe(first.url);
    expect(readFileSync(second.environment.JWT_KEY_FILE!, 'utf8')).toBe(key);
    expect((await call('GET', `${second.url}/healthz`, { ca })).status).toBe(200);
    await second.close();
    expect(await second.ended).toBe(0);
    expect(existsSync(JWT_KEY_FILE!)).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a foreign service ends with its owner and removes its temporary keys', async () => {
  const service = await startForeignProcess('rest-v2');
  const { JWT_KEY_FILE } = service.environment;
  expect(existsSync(JWT_KEY_FILE!)).toBe(true);
  service.child.disconnect();
  expect(await service.ended).toBe(0);
  expect(existsSync(dirname(JWT_KEY_FILE!))).toBe(false);
});

test('the start of a foreign service fails with its output if it ends too early', async () => {
  await expect(startForeignProcess('all-sockets', { defects: ['ghosts'] })).rejects.toThrow(
    /all-sockets ended before it was ready: all-sockets has no defect "ghosts"/,
  );
});

test('cookie-acks reads the password of all accounts from the environment', async () => {
  const service = await startForeignProcess('cookie-acks', { password: 'one more password' });
  const login = (password: string) =>
    call('POST', `${service.url}/session`, { json: { email: 'u1@load.test', password } });
  expect((await login('one more password')).status).toBe(200);
  expect((await login('another password')).status).toBe(401);
  expect(service.environment.LOAD_PASSWORD).toBe('one more password');
  await service.close();
});

test('the start command refuses wrong arguments and lists all services and defects', async () => {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const run = (...flags: string[]) =>
    promisify(execFile)(process.execPath, ['--import', import.meta.resolve('tsx'), main, ...flags]);
  for (const [flags, reason] of [
    [['rest-v3'], '"rest-v3" is not the name of one service.'],
    [['rest-v2', '--defects=none'], 'rest-v2 has no defect "none"'],
    [['rest-v2', '--port=http'], '--port=http is not a whole number.'],
  ] as const)
    await expect(run(...flags)).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        new RegExp(`${reason.replaceAll('.', '\\.')}[^]*Usage: [^]*peer-out-missing`),
      ),
    });
});
