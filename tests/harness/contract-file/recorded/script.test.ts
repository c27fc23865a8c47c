import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test as base, expect } from '@playwright/test';
import { whyNoBrowser } from '../../../../src/browser/launch-options.ts';
import { readHar } from '../../../../src/contract-file/har/read-har.ts';
import { startMeetService } from './meet-service.ts';

const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'record-'));
    await use(folder);
    rmSync(folder, { recursive: true });
  },
});

const run = promisify(execFile);
const script = (...args: string[]) =>
  run(process.execPath, ['--import', 'tsx', 'docs/examples/record-two-users.ts', ...args]);

/** Each user logs in, and connects. */
const STEPS = `
  const act = (page, name) => page.evaluate(async (email) => {
    const body = JSON.stringify({ email, password: 'correct-horse-7' });
    const answer = await fetch('/api/login', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const { accessToken: jwt } = await answer.json();
    const socket = io('/live', { path: '/realtime', transports: ['websocket'], auth: { jwt } });
    await new Promise((done) => socket.on('connect', done));
    await socket.emitWithAck('room:enter', { callId: 'none' });
  }, name);
  export default async (anna, ben) => {
    await act(anna, 'anna@meet.example');
    await act(ben, 'ben@meet.example');
  };`;

test('the guide script records calls and messages of two users', async ({ folder }) => {
  const missing = whyNoBrowser();
  test.skip(missing !== undefined, missing);
  const service = await startMeetService();
  const steps = join(folder, 'steps.mjs');
  writeFileSync(steps, STEPS);
  try {
    const { stdout } = await script(`${service.url}/`, steps, '--out', folder);
    expect(stdout).toContain('anna.har and ');
  } finally {
    await service.close();
  }
  for (const name of ['anna', 'ben']) {
    const path = join(folder, `${name}.har`);
    const entries = readHar(readFileSync(path, 'utf8'), path);
    const login = entries.find(({ url }) => url.pathname === '/api/login');
    expect(login?.request).toMatchObject({ email: `${name}@meet.example` });
    expect(login?.answer).toMatchObject({ accessToken: expect.any(String) });
    const frames = entries.flatMap((entry) => entry.frames ?? []).map(({ data }) => String(data));
    expect(frames.join('\n')).toContain('room:enter');
  }
});

test('the guide script prints one sentence for a wrong address or a file without steps', async ({
  folder,
}) => {
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, 'export const nothing = 1;');
  await expect(script('localhost')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^Usage/),
  });
  await expect(script('http://127.0.0.1:1/', empty)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('exports no steps'),
  });
});
