import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '../service/service-fixture.ts';
import { outerEnvironment, Run, run } from './run.ts';

const root = join(import.meta.dirname, '../../..');
const args = ['--project=chaos', 'tests/chaos/service-restart.spec.ts', '--reporter=list'];

/** An attached service that two scripts start and kill. */
async function foreign(databaseUrl: string) {
  const folder = mkdtempSync(join(tmpdir(), 'fullhouse-foreign-'));
  const path = (name: string) => join(folder, name);
  const start = (port: number) => `#!/bin/sh
cd ${root}
SERVICE_PORT=${port} DATABASE_URL='${databaseUrl}' LOG_LEVEL=error GHOST_GRACE_MS=30000 \\
  ${process.execPath} --import tsx service/main.ts > ${path('output')} 2>&1 &
echo $! > ${path('pid')}
for i in $(seq 300); do grep -q 'ready at' ${path('output')} && exit 0; sleep 0.1; done
exit 1
`;
  writeFileSync(path('start'), start(0), { mode: 0o755 });
  const env = outerEnvironment();
  const [code] = await once(spawn(path('start'), { env, stdio: 'inherit' }), 'exit');
  expect(code).toBe(0);
  const url = /ready at (\S+)/.exec(readFileSync(path('output'), 'utf8'))![1]!;
  writeFileSync(path('start'), start(Number(new URL(url).port)), { mode: 0o755 });
  const pid = () => Number(readFileSync(path('pid'), 'utf8'));
  return {
    url,
    pid,
    isUp: () =>
      fetch(`${url}/health`).then(
        ({ ok }) => ok,
        () => false,
      ),
    settings: {
      MEETINGS_SERVICE_URL: url,
      SERVICE_STOP_CMD: `kill -9 $(cat ${path('pid')})`,
      SERVICE_START_CMD: path('start'),
    },
    end() {
      if (existsSync(`/proc/${pid()}`)) process.kill(pid(), 'SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

test.describe('the experiment service-restart on an attached service', () => {
  test('kills and restarts the service by the commands of the settings', async ({ databaseUrl }) => {
    const service = await foreign(databaseUrl);
    const first = service.pid();
    try {
      const { code, output } = await run({ ...service.settings, JWT_SECRET: 'change-me' }, args);
      expect(output).toMatch(/1 passed/);
      expect(code, output).toBe(0);
      expect(service.pid()).not.toBe(first);
      expect(await service.isUp()).toBe(true);
    } finally {
      service.end();
    }
  });

  test('restarts the service after Ctrl-C during the outage', async ({ databaseUrl }) => {
    const service = await foreign(databaseUrl);
    try {
      const interrupted = new Run(
        { ...service.settings, JWT_SECRET: 'change-me', CHAOS_OUTAGE_DOWN: '600' },
        args,
      );
      await expect.poll(service.isUp, { timeout: 90_000 }).toBe(false);
      interrupted.interrupt();
      await interrupted.end();
      await expect.poll(service.isUp, { timeout: 60_000 }).toBe(true);
    } finally {
      service.end();
    }
  });

  test('skips the test without the commands, and leaves the service running', async ({ databaseUrl }) => {
    const service = await foreign(databaseUrl);
    try {
      const { output } = await run({ MEETINGS_SERVICE_URL: service.url }, args);
      expect(output).toContain('1 skipped');
      expect(await service.isUp()).toBe(true);
    } finally {
      service.end();
    }
  });
});
