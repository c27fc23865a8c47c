import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { outerEnvironment } from '../runs/run.ts';

const program = join(import.meta.dirname, '../../../bin/fullhouse.mjs');

/** Runs the doctor in a separate process, with its own folder for temporary files. */
async function doctor(settings: Record<string, string>) {
  const temporary = test.info().outputPath('tmp');
  mkdirSync(temporary, { recursive: true });
  const env = { ...outerEnvironment(), TMPDIR: temporary, ...settings };
  const ran = await new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [program, 'doctor'], { cwd: temporary, env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
  const left = readdirSync(temporary).filter((name) => !/^(tsx|playwright-transform-cache)/.test(name));
  return { ...ran, left };
}

/** A program on a free port that is no meetings service. */
async function otherProgram() {
  const server = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, server };
}

test('doctor starts what a run needs, and leaves nothing', async () => {
  const { port, server } = await otherProgram();
  server.close();
  const { code, out, err, left } = await doctor({ SERVICE_PORT: String(port) });
  expect([code, err, left]).toEqual([0, '', []]);
  for (const title of [
    'Node',
    'packages',
    'reports',
    'settings',
    'memory',
    'Chromium',
    'contract',
    'service',
  ])
    expect(out).toMatch(new RegExp(`^(ok|warning) +${title} `, 'm'));
  expect(out).toContain('the reference service and its PostgreSQL start in');
  expect(out).toContain('A run can start: npx playwright test.');
});

test('doctor names a program that is no meetings service, and a browser that does not exist', async () => {
  const { port, server } = await otherProgram();
  const url = `http://127.0.0.1:${port}`;
  const { code, out, left } = await doctor({ MEETINGS_SERVICE_URL: url, CHROMIUM_PATH: '/none' });
  server.close();
  expect([code, left]).toEqual([1, []]);
  expect(out).toMatch(/^problem +Chromium /m);
  expect(out).toMatch(/^problem +service +The program at /m);
  expect(out).toContain('2 problems to correct before a run.');
});
