import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from '@playwright/test';
import { alertSchema } from '../../../src/alerts/alert.ts';
import { inheritedEnvironment } from '../../../src/config/environment.ts';
import type { HistoryRecord } from '../../../src/history/record.ts';
import { History } from '../../../src/history/store.ts';
import { recordOf } from '../history/records.ts';
import { test } from '../setup/folder.ts';
import { root, type Step, workflows } from './workflow.ts';

const missing = ['bash', 'curl', 'jq'].filter((name) => spawnSync(name, ['--version']).error);
test.skip(missing.length > 0, `not installed: ${missing.join(', ')}`);

const step = (file: string, job: string, name: string): Step =>
  workflows()
    .find((one) => one.file === file)!
    .jobs[job]!.steps.find((one) => one.name === name)!;

/** Starts a script with the default shell of GitHub's runner, in its own process group. */
function start(script: string, env: NodeJS.ProcessEnv, cwd = root): ChildProcess {
  const { FULLHOUSE_RUN: _, MEETINGS_SERVICE_URL: __, ...inherited } = inheritedEnvironment();
  return spawn('bash', ['-e', '-c', script], {
    cwd,
    env: { ...inherited, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(script: string, env: NodeJS.ProcessEnv, cwd?: string) {
  const child = start(script, env, cwd);
  const [[code], output, errors] = await Promise.all([
    once(child, 'close'),
    text(child.stdout!),
    text(child.stderr!),
  ]);
  return { code, output: output + errors };
}

async function serving(answer: RequestListener, act: (url: string) => Promise<void>): Promise<void> {
  const server: Server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await act(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
}

test.describe('the nightly chaos steps for the service', () => {
  const wait = step('nightly-chaos.yml', 'night', 'Wait for the service').run!;

  test('the nightly chaos job starts the reference service and waits until it is healthy', async () => {
    test.slow(); // the service creates a database
    let port = '';
    await serving(
      () => undefined,
      async (url) => {
        port = new URL(url).port;
      },
    );
    // Without the database of the job, the service creates its own.
    const env = { SERVICE_PORT: port, DATABASE_URL: '', MEETINGS_SERVICE_URL: `http://127.0.0.1:${port}` };
    const starting = start(step('nightly-chaos.yml', 'night', 'Start the reference service').run!, env);
    const group = -starting.pid!;
    try {
      expect(await once(starting, 'close')).toEqual([0, null]); // the step ends, and the service keeps running
      const { code, output } = await run(wait, env);
      expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('"status":"ok"') });
      expect(readFileSync(join(root, 'reports/service.log'), 'utf8')).toContain('meetings service ready at');
    } finally {
      process.kill(group, 'SIGTERM');
      await expect.poll(() => isAlive(group)).toBe(false);
    }
  });

  test('the nightly chaos job asks an unhealthy service again, and fails if it stays unhealthy', async () => {
    let asked = 0;
    const getsWell: RequestListener = (_, response) => {
      asked += 1;
      response.writeHead(asked > 1 ? 200 : 503).end('{}');
    };
    await serving(getsWell, async (url) => {
      expect(await run(wait, { MEETINGS_SERVICE_URL: url })).toMatchObject({ code: 0 });
    });
    expect(asked).toBe(2);
    await serving(
      (_, response) => response.writeHead(503).end(),
      async (url) => {
        const hasty = wait.replace('--retry 60', '--retry 0');
        expect(hasty).not.toBe(wait);
        expect(await run(hasty, { MEETINGS_SERVICE_URL: url })).toMatchObject({ code: 22 });
      },
    );
  });
});

test.describe('the nightly chaos step that looks for verdicts', () => {
  const look = step('nightly-chaos.yml', 'night', 'Look whether all was judged').run!;
  const nightBefore = new Date('2026-01-01T00:00:00Z');

  interface Kept extends Pick<HistoryRecord, 'kind' | 'verdict'> {
    /** The time of writing, if it was before this night. */
    readonly writtenAt?: Date;
  }

  async function looks(folder: string, kept: readonly Kept[]) {
    const checkout = new Date('2026-01-02T00:00:00Z');
    writeFileSync(join(folder, 'package.json'), '{}');
    utimesSync(join(folder, 'package.json'), checkout, checkout);
    const history = new History(join(folder, 'reports/history'));
    for (const [n, { writtenAt, ...over }] of kept.entries()) {
      const path = await history.append(recordOf(n, over));
      if (writtenAt) utimesSync(path, writtenAt, writtenAt);
    }
    const GITHUB_OUTPUT = join(folder, 'output');
    writeFileSync(GITHUB_OUTPUT, '');
    const { code } = await run(look, { GITHUB_OUTPUT }, folder);
    return { code, output: readFileSync(GITHUB_OUTPUT, 'utf8') };
  }
  const [chaos, bench, conduct]: Kept[] = [
    { kind: 'chaos', verdict: 'failed' },
    { kind: 'bench', verdict: 'passed' },
    { kind: 'conduct', verdict: 'passed' },
  ];

  test('sets all=true if chaos, benchmarks and conduct have a verdict', async ({ folder }) => {
    expect(await looks(folder, [chaos!, bench!, conduct!])).toEqual({ code: 0, output: 'all=true\n' });
  });
  const others: [string, Kept[]][] = [
    ['no record', []],
    ['a missing record', [chaos!, bench!]],
    ['an interrupted record', [{ ...chaos!, verdict: 'interrupted' }, bench!, conduct!]],
    ['a record of an earlier night', [chaos!, { ...bench!, writtenAt: nightBefore }, conduct!]],
  ];
  for (const [title, kept] of others)
    test(`sets nothing with ${title}`, async ({ folder }) =>
      expect(await looks(folder, kept)).toEqual({ code: 0, output: '' }));
});

test.describe('the step that reports a night without a verdict', () => {
  const { run: send } = step('nightly-chaos.yml', 'tell', 'Send');
  const env = { RESULT: 'cancelled', RUN_URL: 'https://github.com/a/b/actions/runs/1', GITHUB_SHA: 'abc123' };

  test('sends an alert that chat services can also show', async () => {
    const received: unknown[] = [];
    const receiver: RequestListener = async (request, response) => {
      received.push(JSON.parse(await text(request)));
      response.end();
    };
    await serving(receiver, async (url) => {
      const { code, output } = await run(send!, { ...env, ALERT_WEBHOOK_URL: `${url}/secret` });
      expect({ code, output }).toEqual({ code: 0, output: '' });
    });
    const headline = 'The nightly chaos has no verdict: its job ended with cancelled';
    expect(received).toEqual([expect.objectContaining({ text: `${headline}. ${env.RUN_URL}` })]);
    const alert = alertSchema.parse(received[0]);
    expect(alert).toMatchObject({
      status: 'problem',
      headline,
      reports: [env.RUN_URL],
      run: { commit: 'abc123' },
    });
  });

  test('fails if the receiver refuses the alert, and does not print its address', async () => {
    const receiver: RequestListener = (_, response) => response.writeHead(404).end();
    await serving(receiver, async (url) => {
      const hasty = send!.replace('--retry 3', '--retry 0');
      const { code, output } = await run(hasty, { ...env, ALERT_WEBHOOK_URL: `${url}/secret` });
      expect(code).toBe(22);
      expect(output).toContain('404');
      expect(output).not.toContain('secret');
    });
  });

  test('prints a warning of the workflow without a webhook', async () => {
    expect(await run(send!, { ...env, ALERT_WEBHOOK_URL: '' })).toEqual({
      code: 0,
      output: '::warning::Nobody was told: this repository has no secret ALERT_WEBHOOK_URL.\n',
    });
  });
});

test.describe('the load workflow', () => {
  const load = step('load.yml', 'load', 'Load');

  /** The environment of the step as GitHub fills it in. An input without a value is empty. */
  const filledIn = (given: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(load.env!).map(([name, value]) => [
        name,
        String(value).replace(/^\$\{\{ (\S+) \}\}$/, (_, context) => given[context] ?? ''),
      ]),
    );

  test('passes each input as one argument, whatever characters it has', async ({ folder }) => {
    writeFileSync(join(folder, 'npx'), '#!/bin/bash\nprintf "<%s>" "$@"', { mode: 0o755 });
    const workers = '2 --config elsewhere"; touch here; $(touch there)';
    const env = { ...filledIn({ 'inputs.workers': workers }), PATH: `${folder}:${process.env.PATH}` };
    const { output } = await run(load.run!, env);
    expect(output).toBe(`<playwright><test><--project=load><--workers=${workers}>`);
  });

  test('reports all wrong inputs at once', async () => {
    const { code, output } = await run(
      load.run!,
      filledIn({
        'inputs.workers': '2',
        'inputs.users': 'many',
        'inputs.duration': '0',
        'inputs.url': 'https://meetings.example.com',
        'inputs.profile': '7g',
      }),
    );
    expect(code).toBe(1);
    for (const said of [
      'CONCURRENT_USERS: "many"',
      'TEST_DURATION: "0"',
      'NETWORK_PROFILE: "7g"',
      'set ALLOW_REMOTE=',
    ])
      expect(output).toContain(said);
  });
});

function isAlive(group: number): boolean {
  try {
    process.kill(group, 0);
    return true;
  } catch {
    return false;
  }
}
