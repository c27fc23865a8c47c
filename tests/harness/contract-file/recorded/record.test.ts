import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { whyNoBrowser } from '../../../../src/browser/launch-options.ts';
import { main } from '../../../../src/contract-file/commands/contract.ts';
import { readHar } from '../../../../src/contract-file/har/read-har.ts';
import { inProcess } from '../../kernel/run-command.ts';
import { startMeetService } from './meet-service.ts';

const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'record-'));
    await use(folder);
    rmSync(folder, { recursive: true });
  },
});

const record = (...args: string[]) => inProcess(main, ['record', ...args]);

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

test('npx fullhouse contract record records calls and messages of two users', async ({ folder }) => {
  const missing = whyNoBrowser();
  test.skip(missing !== undefined, missing);
  const service = await startMeetService();
  const steps = join(folder, 'steps.mjs');
  writeFileSync(steps, STEPS);
  try {
    const { code, out, err } = await record(`${service.url}/`, steps, '--out', folder);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('anna.har and ');
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

test('npx fullhouse contract record prints one sentence for a wrong address or a file without steps', async ({
  folder,
}) => {
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, 'export const nothing = 1;');
  const local = await record('localhost:8080');
  expect([local.code, local.err]).toEqual([1, expect.stringMatching(/^Give the address of a page/)]);
  const none = await record('http://127.0.0.1:1/', empty);
  expect([none.code, none.err]).toEqual([1, expect.stringContaining('exports no steps')]);
  const missing = await record('http://127.0.0.1:1/', join(folder, 'no.mjs'));
  expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('cannot be used: ')]);
});
