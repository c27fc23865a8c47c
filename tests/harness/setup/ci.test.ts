import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { schema } from '../../../src/config/schema.ts';
import { test } from './folder.ts';

const ci = join(import.meta.dirname, '../../../.ci');

/** A summary of 5 calls in 2 sessions, reduced to what is checked; as text, because each test damages its own. */
const good = JSON.stringify({
  schema: 'fullhouse/summary/1',
  verdict: 'passed',
  reasons: [],
  totals: { total: 5, successful: 4, failed: 1 },
  latency: { count: 4 },
  operations: {
    'meeting.join': { kind: 'action', total: 2, outcomes: { ok: 2, aborted: 1 } },
    'meeting.leave': { kind: 'action', total: 3, outcomes: { ok: 2, timeout: 1 } },
    'event.delivery': { kind: 'observation', total: 7, outcomes: { ok: 7 } },
  },
  sessions: { started: 2, completed: 1, gaveUp: { leave: 1 }, cutShort: 0 },
  shares: [
    { state: 'finished', recorded: 6 },
    { state: 'finished', recorded: 7 },
  ],
  timeline: [{ total: 4 }, { total: 1 }],
});

test.describe('Does the check of a summary notice what is wrong?', () => {
  function check(folder: string, since = 0) {
    const { status, stdout } = spawnSync(
      process.execPath,
      [join(ci, 'check-summary.mjs'), join(folder, 'runs'), String(since)],
      { encoding: 'utf8' },
    );
    return { status, stdout };
  }
  function write(folder: string, text: string, run = 'runs/a') {
    mkdirSync(join(folder, run), { recursive: true });
    writeFileSync(join(folder, run, 'summary.json'), text);
  }

  test('one that adds up passes', ({ folder }) => {
    write(folder, good);
    expect(check(folder)).toEqual({
      status: 0,
      stdout: expect.stringContaining('passed; 5 calls of 2 sessions add up.'),
    });
  });

  const damages: [string, string | RegExp, string, string][] = [
    ['another schema', 'summary/1', 'summary/2', 'schema: fullhouse/summary/2'],
    ['another verdict', '"passed"', '"inconclusive"', 'verdict: inconclusive and passed'],
    ['a reason', '"reasons":[]', '"reasons":["out of breath"]', 'reason: out of breath'],
    ['a lost failure', '"failed":1', '"failed":0', 'successful and failed, and total: 4 and 5'],
    ['a lost outcome', '"timeout":1', '"timeout":0', 'meeting.leave, total and outcomes: 3 and 2'],
    ['a lost operation', '"action","total":2', '"observation","total":2', 'actions and total: 3 and 5'],
    ['a lost second', '{"total":4}', '{"total":3}', 'seconds and total: 4 and 5'],
    ['a lost latency', '"latency":{"count":4}', '"latency":null', 'latencies and successes: undefined and 4'],
    ['a lost record', '"recorded":7', '"recorded":6', 'what the shares recorded and all outcomes: 12 and 13'],
    ['a lost session', '"started":2', '"started":3', 'sessions that started and that ended: 3 and 2'],
    [
      'no session completed',
      '"completed":1,"gaveUp":{"leave":1}',
      '"completed":0,"gaveUp":{"leave":2}',
      'no session',
    ],
    ['a lost share', '"state":"finished"', '"state":"lost"', 'a share did not finish'],
    [
      'no calls',
      /"(total|successful|failed|count|ok|timeout|recorded)":\d+/g,
      '"$1":0',
      'nothing was measured',
    ],
  ];
  for (const [title, from, to, said] of damages) {
    test(title, ({ folder }) => {
      const damaged = good.replace(from, to);
      expect(damaged).not.toBe(good);
      write(folder, damaged);
      expect(check(folder)).toEqual({ status: 1, stdout: expect.stringContaining(said) });
    });
  }

  test('none, or only one of an earlier run', ({ folder }) => {
    expect(check(folder).stdout).toContain('No summary.json');
    write(folder, good);
    const then = new Date('2026-01-01T00:00:00Z');
    utimesSync(join(folder, 'runs/a/summary.json'), then, then);
    expect(check(folder, then.getTime() + 1)).toMatchObject({ status: 1 });
    expect(check(folder, then.getTime())).toMatchObject({ status: 0 });
  });

  test('the newest one counts, also of a run with several crowds', ({ folder }) => {
    write(folder, good);
    write(folder, good.replace('"passed"', '"failed"'), 'runs/b/crowd');
    const later = new Date(Date.now() + 60_000);
    utimesSync(join(folder, 'runs/b/crowd/summary.json'), later, later);
    expect(check(folder)).toMatchObject({ status: 1, stdout: expect.stringContaining('verdict: failed') });
  });

  test('one that is no JSON', ({ folder }) => {
    write(folder, good.slice(0, -9));
    expect(check(folder).status).toBe(1);
  });
});

test.describe('Does the run for clean machines notice what is wrong?', () => {
  test.skip(process.platform !== 'linux', 'it is written for Debian');

  const results = (unexpected: number, flaky = 0, errors: object[] = []) =>
    JSON.stringify({
      stats: { expected: 3, unexpected, flaky, skipped: 1 },
      errors,
      suites: [
        {
          title: 'a.test.ts',
          suites: [
            {
              title: 'a group',
              specs: [
                { title: 'is steady', tests: [{ status: 'expected' }] },
                ...(flaky > 0 ? [{ title: 'is late once', tests: [{ status: 'flaky' }] }] : []),
              ],
            },
          ],
        },
      ],
    });
  const refusal = 'CONCURRENT_USERS: "abc" is not allowed.\nTEST_DURATION: "-1" is not allowed.';
  const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 14, 0, second)).toISOString();
  const remembered = (kind: string, verdict: string, second: number) =>
    JSON.stringify({ runId: 'r', kind, verdict, at: at(second), reasons: [`why ${kind}`] });
  const fine = {
    RESULTS: results(0),
    SUMMARY: good,
    REFUSAL: refusal,
    LOAD: remembered('load', 'failed', 0),
    CHAOS: remembered('chaos', 'passed', 10),
    BENCH: remembered('bench', 'passed', 20),
    PHASES_SUMMARY: JSON.stringify({ run: { startedAt: at(0), durationS: 9 } }),
    JOURNAL: JSON.stringify({ start: at(10), end: at(19) }),
    BENCHMARK: JSON.stringify({ startedAt: at(20) }),
  };

  /** Runs `.ci/run` in a checkout whose set-up and npm are stand-ins that do what `settings` say. */
  async function run(root: string, settings: Record<string, string>, port?: number) {
    cpSync(ci, join(root, '.ci'), { recursive: true });
    for (const folder of ['scripts', 'bin']) mkdirSync(join(root, folder));
    writeFileSync(join(root, 'scripts/setup.mjs'), 'process.exit(Number(process.env.SETUP_CODE ?? 0))');
    const npm = `#!/bin/bash
      if [[ $* == 'run check' ]]; then
        mkdir -p reports/harness && [[ -n $RESULTS ]] && echo "$RESULTS" > reports/harness/results.json
        exit "\${CHECK_CODE:-0}"
      fi
      if [[ $CONCURRENT_USERS == abc ]]; then echo "$REFUSAL"; exit "\${REFUSAL_CODE:-1}"; fi
      mkdir -p reports/runs/a
      if [[ -n $FIRST_SUMMARY && ! -f reports/runs/a/summary.json ]]; then
        echo "$FIRST_SUMMARY" > reports/runs/a/summary.json
        exit 1
      fi
      [[ -n $SUMMARY ]] && echo "$SUMMARY" > reports/runs/a/summary.json
      eval "$LEAVE"
      exit "\${START_CODE:-0}"`;
    writeFileSync(join(root, 'bin/npm'), npm, { mode: 0o755 });
    const npx = `#!/bin/bash
      [[ -n $FIRST_CHAOS && ! -d reports/runs/r ]] && CHAOS=$FIRST_CHAOS
      mkdir -p "$HISTORY_FOLDER" reports/runs/r/chaos reports/runs/r/bench
      for kind in LOAD CHAOS BENCH; do
        [[ -n \${!kind} ]] && echo "\${!kind}" > "$HISTORY_FOLDER/$kind.json"
      done
      echo "$PHASES_SUMMARY" > reports/runs/r/summary.json
      echo "$JOURNAL" > reports/runs/r/chaos/one.json
      echo '{"operations":{},"windows":[]}' > reports/runs/r/chaos/one.timings.json
      echo "$BENCHMARK" > reports/runs/r/bench/one.json
      exit "\${PHASES_CODE:-1}"`;
    writeFileSync(join(root, 'bin/npx'), npx, { mode: 0o755 });
    // Found, so that nothing is installed for these tests.
    for (const tool of ['nft', 'ip']) writeFileSync(join(root, 'bin', tool), '', { mode: 0o755 });
    const env = {
      ...process.env,
      SERVICE_PORT: String(port ?? (await freePort())),
      PATIENCE_SECONDS: '0',
      PATH: `${join(root, 'bin')}:${process.env.PATH}`,
      ...settings,
    };
    const child = spawn(join(root, '.ci/run'), { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    const [code] = await once(child, 'close');
    return { code, output, closing: output.trimEnd().split('\n').at(-1) };
  }

  test('no setting of the caller decides what is checked', () => {
    const [unset] = /^unset [\s\S]*?[^\\]$/m.exec(readFileSync(join(ci, 'run'), 'utf8'))!;
    const forgotten = Object.keys(schema).filter((name) => !new RegExp(`\\b${name}\\b`).test(unset));
    // The port may be chosen where the usual one is taken.
    expect(forgotten).toEqual(['SERVICE_PORT']);
  });

  test('all well: the tests and the seven steps are summed up in the last line', async ({ folder }) => {
    expect(await run(folder, fine)).toMatchObject({ code: 0, closing: '10 passed, 0 failed, 1 skipped' });
  });

  test('a test that passed at a second try passed, and is named', async ({ folder }) => {
    const { closing, output } = await run(folder, { ...fine, RESULTS: results(0, 1) });
    expect(closing).toBe('11 passed, 0 failed, 1 skipped');
    expect(output).toContain('Passed at a second try only: a.test.ts › a group › is late once');
    expect(output).not.toContain('is steady');
  });

  const inconclusive = good.replace('"passed"', '"inconclusive"');

  test('a load run that was inconclusive once has a second try, which is said', async ({ folder }) => {
    const { code, closing, output } = await run(folder, { ...fine, FIRST_SUMMARY: inconclusive });
    expect({ code, closing }).toEqual({ code: 0, closing: '10 passed, 0 failed, 1 skipped' });
    expect(output).toContain('The load run was inconclusive; it has a second try.');
  });

  test('so do phases of which one was inconclusive', async ({ folder }) => {
    const settings = { ...fine, FIRST_CHAOS: remembered('chaos', 'inconclusive', 10) };
    const { code, closing, output } = await run(folder, settings);
    expect({ code, closing }).toEqual({ code: 0, closing: '10 passed, 0 failed, 1 skipped' });
    expect(output).toContain('chaos: inconclusive, not passed\nwrong:   why chaos');
    expect(output).toContain('A phase was inconclusive; they have a second try.');
  });

  test('phases of which one failed have none', async ({ folder }) => {
    const settings = { ...fine, FIRST_CHAOS: remembered('chaos', 'failed', 10) };
    const { code, output } = await run(folder, settings);
    expect(code).toBe(1);
    expect(output).not.toContain('second try');
  });

  test('a load run that failed has none', async ({ folder }) => {
    const failed = good.replace('"passed"', '"failed"');
    const { code, output } = await run(folder, { ...fine, FIRST_SUMMARY: failed });
    expect(code).toBe(1);
    expect(output).not.toContain('second try');
  });

  const failures: [string, Record<string, string>, string, string][] = [
    ['the set-up', { SETUP_CODE: '1' }, '0 passed, 1 failed, 6 skipped', 'FAILED after'],
    ['types or lint', { CHECK_CODE: '1', RESULTS: '' }, '1 passed, 1 failed, 5 skipped', 'left no results'],
    [
      'a test',
      { CHECK_CODE: '1', RESULTS: results(2) },
      '4 passed, 3 failed, 6 skipped',
      '2 failed, 1 skipped',
    ],
    [
      'a test file that does not load',
      { RESULTS: results(0, 0, [{}]) },
      '4 passed, 2 failed, 6 skipped',
      '1 failed',
    ],
    ['the load run', { START_CODE: '1' }, '5 passed, 1 failed, 5 skipped', 'FAILED after'],
    [
      'a load run that is inconclusive twice',
      { SUMMARY: inconclusive, START_CODE: '1' },
      '5 passed, 1 failed, 5 skipped',
      'has a second try',
    ],
    [
      'a missed target that does not fail the run',
      { PHASES_CODE: '0' },
      '7 passed, 1 failed, 3 skipped',
      'It ended with 0, not with 1.',
    ],
    [
      'a chaos experiment',
      { CHAOS: remembered('chaos', 'failed', 10) },
      '7 passed, 1 failed, 3 skipped',
      'chaos: failed, not passed\nwrong:   why chaos',
    ],
    [
      'a chaos experiment that is inconclusive twice',
      { CHAOS: remembered('chaos', 'inconclusive', 10) },
      '7 passed, 1 failed, 3 skipped',
      'they have a second try',
    ],
    [
      'a phase that was skipped',
      { BENCH: '' },
      '7 passed, 1 failed, 3 skipped',
      'bench: not run, not passed',
    ],
    [
      'phases that overlap',
      { JOURNAL: JSON.stringify({ start: at(8), end: at(21) }) },
      '7 passed, 1 failed, 3 skipped',
      'before the load had ended\nwrong: the benchmarks began before',
    ],
    ['a run without a summary', { SUMMARY: '' }, '6 passed, 1 failed, 4 skipped', 'No summary.json'],
    [
      'settings that are not refused',
      { REFUSAL_CODE: '0' },
      '8 passed, 1 failed, 2 skipped',
      'ended with 0, not',
    ],
    [
      'a refusal that names one setting only',
      { REFUSAL: 'TEST_DURATION: "-1"' },
      '8 passed, 1 failed, 2 skipped',
      'does not name CONCURRENT_USERS',
    ],
    [
      'a folder left behind',
      { LEAVE: 'mkdir "$TMPDIR/fullhouse-postgres-x"' },
      '9 passed, 1 failed, 1 skipped',
      'Folders left behind:',
    ],
  ];
  for (const [title, settings, closing, said] of failures) {
    test(`failed: ${title}`, async ({ folder }) => {
      const { code, output, ...ended } = await run(folder, { ...fine, ...settings });
      expect(output).toContain(said);
      expect({ code, ...ended }).toEqual({ code: 1, closing });
    });
  }

  test('failed: a process left behind', async ({ folder }) => {
    const pidFile = join(folder, 'pid');
    const LEAVE = `sleep 300 >/dev/null 2>&1 & echo $! > '${pidFile}'`;
    try {
      const { code, output } = await run(folder, { ...fine, LEAVE });
      expect(output).toMatch(/Process \d+ left behind: sleep 300/);
      expect(code).toBe(1);
    } finally {
      process.kill(Number(readFileSync(pidFile, 'utf8')));
    }
  });

  test('failed: the port is in use before the run', async ({ folder }) => {
    const server = await listen();
    try {
      const { code, output } = await run(folder, fine, portOf(server));
      expect(output).toContain(`Port ${portOf(server)} is in use`);
      expect(code).toBe(1);
    } finally {
      server.close();
    }
  });

  async function listen(): Promise<Server> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server;
  }
  function portOf(server: Server): number {
    return (server.address() as { port: number }).port;
  }
  async function freePort(): Promise<number> {
    const server = await listen();
    const port = portOf(server);
    server.close();
    return port;
  }
});
