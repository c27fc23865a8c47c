import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { ForeignName } from '../foreign/services.ts';
import { startForeignProcess } from '../foreign/start.ts';
import { outerEnvironment, run } from './run.ts';

const root = join(import.meta.dirname, '../../..');

/** A service that a script starts and a command kills, always with the same port and keys. */
async function restartable(name: ForeignName, folder: string) {
  mkdirSync(folder, { recursive: true });
  const path = (file: string) => join(folder, file);
  const first = await startForeignProcess(name, { folder });
  const { contract: CONTRACT, environment, url } = first;
  await first.close();
  const start = path('start');
  writeFileSync(
    start,
    `#!/bin/sh
cd ${root}
${process.execPath} --import tsx tests/harness/foreign/main.ts ${name} \\
  --port=${new URL(url).port} --folder=${folder} > ${path('output')} 2>&1 &
echo $! > ${path('pid')}
for i in $(seq 300); do grep -q 'is ready at' ${path('output')} && exit 0; sleep 0.1; done
exit 1
`,
    { mode: 0o755 },
  );
  const [code] = await once(spawn(start, { env: outerEnvironment(), stdio: 'inherit' }), 'exit');
  expect(code).toBe(0);
  const pid = () => Number(readFileSync(path('pid'), 'utf8'));
  return {
    pid,
    settings: {
      CONTRACT,
      ...environment,
      SERVICE_STOP_CMD: `kill -9 $(cat ${path('pid')})`,
      SERVICE_START_CMD: start,
    },
    end() {
      if (existsSync(`/proc/${pid()}`)) process.kill(pid(), 'SIGKILL');
    },
  };
}

/** The expected results. A room with a fixed name exists again after a restart; a room in memory does not. */
const restarts: readonly { name: ForeignName; code: number; lines: readonly RegExp[] }[] = [
  {
    name: 'all-sockets',
    code: 0,
    lines: [
      /outage: no answer from .*; 20 participants lost their connection, 20 reconnected/,
      /Experiments: 1 passed, 0 failed/,
    ],
  },
  {
    name: 'rest-v2',
    code: 1,
    lines: [
      /❌ the steady state holds again: not within/,
      /the service answers 404 NO_SUCH_ROOM when asked for the meeting/,
      /Experiments: 0 passed, 1 failed/,
    ],
  },
];

test.describe('the experiment service-restart on a foreign service', () => {
  for (const { name, code, lines } of restarts)
    test(`${code === 0 ? 'passes' : 'fails'} ${name}`, async ({}, testInfo) => {
      const service = await restartable(name, testInfo.outputPath(name));
      const first = service.pid();
      try {
        const outcome = await run(service.settings, ['--project=chaos', 'service-restart']);
        for (const one of lines) expect(outcome.output).toMatch(one);
        expect(outcome.code).toBe(code);
        expect(service.pid()).not.toBe(first);
      } finally {
        service.end();
      }
    });
});
