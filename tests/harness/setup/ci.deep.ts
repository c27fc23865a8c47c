import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { countTests } from '../../../.ci/count-tests.mjs';
import { readmeCommands } from '../../../.ci/readme-command.mjs';
import { slowestTests } from '../../../.ci/slowest-tests.mjs';
import { settingNames } from '../../../service/config.ts';
import { schema } from '../../../src/config/schema.ts';
import { busyText, good, inconclusive, printed } from './ci-summary.ts';
import { test } from './folder.ts';

const root = join(import.meta.dirname, '../../..');
const ci = join(root, '.ci');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** A report of Playwright's, with a test for each entry: its status, and the durations of its attempts in ms. */
function reportOf(tests: readonly [status: string, ...durations: number[]][], errors: object[] = []) {
  const specs = tests.map(([status, ...durations], index) => ({
    title: `test ${index + 1}`,
    tests: [{ status, results: durations.map((duration) => ({ duration })) }],
  }));
  return {
    suites: [
      { title: 'a.test.ts', specs: specs.slice(0, 1), suites: [{ title: 'a group', specs: specs.slice(1) }] },
    ],
    errors,
  };
}

test.describe('the count of the test results', () => {
  test('counts passed, failed and skipped tests', () => {
    const report = reportOf([
      ['expected', 5],
      ['expected', 5],
      ['skipped', 0],
      ['skipped'],
      ['unexpected', 5],
    ]);
    expect(countTests(report)).toEqual({ passed: 2, failed: 1, skipped: 2, retried: [] });
  });

  test('counts a file that did not load as a failure', () => {
    expect(countTests(reportOf([['expected', 5]], [{}, {}]))).toMatchObject({ passed: 1, failed: 2 });
    expect(countTests({ errors: [{}] })).toEqual({ passed: 0, failed: 1, skipped: 0, retried: [] });
  });

  test('counts a test with more than one attempt as a failure, and names it', () => {
    const report = reportOf([
      ['expected', 5],
      ['flaky', 5, 5],
      ['expected', 5, 5],
      ['skipped', 0, 0],
      ['unexpected', 5, 5],
    ]);
    const retried = [2, 3, 4, 5].map((n) => `a.test.ts › a group › test ${n}`);
    expect(countTests(report)).toEqual({ passed: 1, failed: 4, skipped: 0, retried });
  });

  test('lists the ten slowest tests, with all attempts', () => {
    const report = reportOf(Array.from({ length: 12 }, (_, n) => ['expected', n * 1000, 100]));
    const lines = slowestTests(report);
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe('  11.1 s  a.test.ts › a group › test 12');
    expect(lines[9]).toBe('   2.1 s  a.test.ts › a group › test 3');
  });
});

test.describe('the check of the first commands of the README', () => {
  test('reads both commands without their comments', () => {
    expect(readmeCommands(readme)).toEqual({ start: 'npm start', test: 'npm test' });
  });

  const changes: [string, string | RegExp, string][] = [
    ['another second command', /^npm test .*$/m, 'npm run check'],
    ['an additional option', /^npm start\b/m, 'npm start -- --workers=2'],
    ['a section with only one command', /^npm test .*\n/m, ''],
    ['a section with three commands', /^npm test .*\n/m, '$&npm run report\n'],
    ['the commands in another order', /^(npm start .*)\n(npm test .*)$/m, '$2\n$1'],
    ['a section with another title', /^## In a checkout$/m, '## Begin'],
    ['a section without a code block', /^```\n(npm start .*\nnpm test .*)\n```$/m, '$1'],
  ];
  for (const [title, from, to] of changes)
    test(`refuses ${title}`, () => {
      const changed = readme.replace(from, to);
      expect(changed).not.toBe(readme);
      expect(() => readmeCommands(changed)).toThrow('It must have [npm start; npm test]');
    });
});

test("the checks unset all of the caller's settings except the port", () => {
  const unset = readFileSync(join(ci, 'run'), 'utf8')
    .match(/^unset [\s\S]*?[^\\]$/gm)!
    .join('\n');
  const known = [...Object.keys(schema), ...settingNames];
  const forgotten = known.filter((name) => !new RegExp(`\\b${name}\\b`).test(unset));
  // The caller may choose another port if the default port is in use. The harness and the service both read it.
  expect([...new Set(forgotten)]).toEqual(['SERVICE_PORT']);
});

/** These tests cover the shell script. The tests above and in ci-summary.test.ts cover the scripts that it calls. */
test.describe('the check run for clean machines', () => {
  test.skip(process.platform !== 'linux', '.ci/run needs Debian');

  const fine = {
    RESULTS: JSON.stringify(
      reportOf([
        ['expected', 5000],
        ['expected', 5],
        ['expected', 5],
        ['skipped', 0],
      ]),
    ),
    SUMMARY: good,
    PRINTED: printed('PASSED'),
    REFUSAL: 'CONCURRENT_USERS: "abc" is not allowed.\nTEST_DURATION: "-1" is not allowed.',
    // Settings of the caller, which must not reach the commands.
    DATABASE_URL: 'postgres://elsewhere',
    DATABASE_SERVER_URL: 'postgres://elsewhere',
  };

  /** Runs `.ci/run` in a checkout whose set-up and npm are stand-ins that do what `settings` say. */
  async function run(root: string, settings: Record<string, string> = {}, port?: number) {
    cpSync(ci, join(root, '.ci'), { recursive: true });
    for (const folder of ['scripts', 'bin']) mkdirSync(join(root, folder));
    writeFileSync(join(root, 'README.md'), settings.README ?? readme);
    writeFileSync(join(root, 'scripts/setup.mjs'), 'process.exit(Number(process.env.SETUP_CODE ?? 0))');
    const npm = `#!/bin/bash
      [[ $CONCURRENT_USERS == abc ]] || echo "npm $* $CONCURRENT_USERS $TEST_DURATION $DATABASE_URL$DATABASE_SERVER_URL" >> calls
      case "$*" in
        'run lint') exit "\${LINT_CODE:-0}" ;;
        'run conduct') exit "\${CONDUCT_CODE:-0}" ;;
        'run '*) ;;
        test)
          mkdir -p reports/harness && [[ -n $RESULTS ]] && echo "$RESULTS" > reports/harness/results.json
          exit "\${TEST_CODE:-0}" ;;
        start)
          if [[ $CONCURRENT_USERS == abc ]]; then echo "$REFUSAL"; exit "\${REFUSAL_CODE:-1}"; fi
          mkdir -p reports/runs/a && echo "$SUMMARY" > reports/runs/a/summary.json
          echo "$PRINTED"
          eval "$LEAVE"
          exit "\${START_CODE:-0}" ;;
        *) exit 9 ;;
      esac`;
    writeFileSync(join(root, 'bin/npm'), npm, { mode: 0o755 });
    const { README: _, ...given } = settings;
    const env = {
      ...process.env,
      SERVICE_PORT: String(port ?? (await freePort())),
      PATIENCE_SECONDS: '0',
      PATH: `${join(root, 'bin')}:${process.env.PATH}`,
      ...fine,
      ...given,
    };
    const child = spawn(join(root, '.ci/run'), { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    const [code] = await once(child, 'close');
    return { code, output, closing: output.trimEnd().split('\n').at(-1) };
  }

  test('passes, and counts the tests and the eight steps in its last line', async ({ folder }) => {
    const { code, output, closing } = await run(folder);
    expect({ code, closing }).toEqual({ code: 0, closing: '11 passed, 0 failed, 1 skipped' });
    expect(output).toContain('passed; 5 calls of 2 sessions add up.');
    expect(output).toMatch(
      /The slowest tests:\n +5\.0 s {2}a\.test\.ts › test 1\n[\s\S]*\n\nAll in \d+ s\.\n.*\n$/,
    );
    // The calls include both commands of the README. Settings shorten the load run.
    expect(readFileSync(join(folder, 'calls'), 'utf8').replaceAll(/ +$/gm, '')).toBe(
      'npm run types\nnpm run lint\nnpm run dead-code\nnpm test\nnpm start 20 10\nnpm run conduct\n',
    );
  });

  test('passes after an inconclusive load run on a busy machine, without a second attempt', async ({
    folder,
  }) => {
    const PRINTED = printed('INCONCLUSIVE', [busyText]);
    const { code, output, closing } = await run(folder, { SUMMARY: inconclusive, PRINTED, START_CODE: '2' });
    expect({ code, closing }).toEqual({ code: 0, closing: '11 passed, 0 failed, 1 skipped' });
    expect(output).toContain(`inconclusive; 5 calls of 2 sessions add up.\n  ${busyText}`);
    expect(readFileSync(join(folder, 'calls'), 'utf8').match(/npm start/g)).toHaveLength(1);
  });

  const failed = JSON.stringify(
    reportOf(
      [
        ['expected', 5],
        ['flaky', 5, 5],
        ['unexpected', 5],
        ['skipped', 0],
      ],
      [{}],
    ),
  );
  const failures: [string, Record<string, string>, string, string | string[]][] = [
    [
      'a failed set-up, and skips all other steps',
      { SETUP_CODE: '1' },
      '0 passed, 1 failed, 7 skipped',
      'skipped, because of: Set-up',
    ],
    ['a failed lint', { LINT_CODE: '1' }, '1 passed, 1 failed, 6 skipped', 'FAILED after'],
    [
      'a test command with exit code 1, though all tests passed',
      { TEST_CODE: '1' },
      '5 passed, 1 failed, 6 skipped',
      '3 passed, 0 failed',
    ],
    [
      'failed tests, though their command has exit code 0',
      { RESULTS: failed },
      '3 passed, 4 failed, 6 skipped',
      ['1 passed, 3 failed, 1 skipped', 'More than one attempt, which counts as failed: a.test.ts › a group'],
    ],
    ['tests without results', { RESULTS: '' }, '2 passed, 1 failed, 5 skipped', 'left no results'],
    [
      'a README with other commands',
      { README: readme.replace(/^npm test/m, 'npm run tests') },
      '2 passed, 1 failed, 5 skipped',
      'It must have [npm start; npm test]',
    ],
    [
      'a passed load run with exit code 1',
      { START_CODE: '1' },
      '7 passed, 1 failed, 4 skipped',
      'exit code: 1 and 0',
    ],
    ['a load run with exit code 3', { START_CODE: '3' }, '6 passed, 1 failed, 5 skipped', 'It ended with 3.'],
    [
      'a finding about the conduct of the reference service',
      { CONDUCT_CODE: '1' },
      '8 passed, 1 failed, 3 skipped',
      'FAILED after',
    ],
    [
      'a load run that accepts wrong settings',
      { REFUSAL_CODE: '0' },
      '9 passed, 1 failed, 2 skipped',
      'ended with 0, not',
    ],
    [
      'a refusal that names only one wrong setting',
      { REFUSAL: 'TEST_DURATION: "-1"' },
      '9 passed, 1 failed, 2 skipped',
      'does not name CONCURRENT_USERS',
    ],
    [
      'a folder left behind',
      { LEAVE: 'mkdir "$TMPDIR/fullhouse-postgres-x"' },
      '10 passed, 1 failed, 1 skipped',
      'Folders left behind:',
    ],
  ];
  for (const [title, settings, closing, said] of failures) {
    test(`fails on ${title}`, async ({ folder }) => {
      const { code, output, ...ended } = await run(folder, settings);
      expect([said].flat().filter((one) => !output.includes(one))).toEqual([]);
      expect({ code, ...ended }).toEqual({ code: 1, closing });
    });
  }

  test('fails on a process left behind', async ({ folder }) => {
    const pidFile = join(folder, 'pid');
    const LEAVE = `sleep 300 & echo $! > '${pidFile}'`;
    try {
      const { code, output } = await run(folder, { LEAVE });
      expect(output).toMatch(/Process \d+ left behind: sleep 300/);
      expect(code).toBe(1);
    } finally {
      process.kill(Number(readFileSync(pidFile, 'utf8')));
    }
  });

  test('fails on a port that is in use before the run', async ({ folder }) => {
    const server = await listen();
    try {
      const { code, output } = await run(folder, {}, portOf(server));
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
