import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { decodeJwt } from 'jose';
import { findingsOf, findingText, problem } from '../../../src/commands/doctor/finding.ts';
import { commands, main } from '../../../src/commands/fullhouse.ts';
import { History } from '../../../src/history/store.ts';
import { UserError } from '../../../src/kernel/errors.ts';
import { emptyFolder, recordOf } from '../history/records.ts';
import { inProcess } from '../kernel/run-command.ts';

const fullhouse = (args: string, environment: Record<string, string> = {}) =>
  inProcess(main, args.split(' '), { environment });

test('npx fullhouse explains itself and each command, and names the command that was meant', async () => {
  const overview = await fullhouse('--help');
  for (const name of Object.keys(commands)) expect(overview.out).toContain(`\n  npx fullhouse ${name} `);
  expect(await fullhouse('help runs')).toEqual(await fullhouse('runs -h'));
  for (const [args, message] of [
    ['dokter', 'does not know "dokter". Did you mean "doctor"?'],
    ['laod', 'does not know "laod". Did you mean `npx playwright test --project=load`?'],
    ['load', 'has no command "load". Use: npx playwright test --project=load'],
    ['alert:test', 'has no command "alert:test". Use: npx fullhouse alert-test'],
    ['start', 'has no command "start". Use: npm start'],
    ['histroy', 'does not know "histroy". Did you mean "history"?'],
    ['toString', 'does not know "toString". Use one of: init, doctor, settings, token, '],
    ['runs --knd x', '`npx fullhouse runs` does not know "--knd". Did you mean "--kind"?'],
    ['runs --kind lod', '"lod" is not a kind of run. Did you mean "load"?'],
    ['settings --sett', 'does not know "--sett". Did you mean "--set"?'],
    ['settings TARGTS', 'does not know "TARGTS". Did you mean "TARGETS"?'],
    ['doctor now', 'Unexpected argument "now".'],
    ['token', 'Name a user: npx fullhouse token alice'],
    ['token alice ben', 'Unexpected argument "ben".'],
    ['new', 'Usage: npx fullhouse new KIND NAME'],
    ['new jorney chat', 'does not know "jorney". Did you mean "journey"?'],
  ] as const) {
    const { code, out, err } = await fullhouse(args);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(message);
  }
});

for (const name of Object.keys(commands))
  test(`npx fullhouse ${name} starts, and explains itself`, async () => {
    expect(typeof (await commands[name]!()).main).toBe('function');
    const { code, out, err } = await fullhouse(`${name} --help`);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(new RegExp(`^Usage: npx fullhouse ${name}\\b`));
    // The settings of another command are not explained.
    expect(out.includes('--workers=N')).toBe(name === 'capacity' || name === 'soak');
  });

test('npx fullhouse explains the runs of Playwright too', async () => {
  for (const args of ['load --help', 'help load']) {
    const { code, out } = await fullhouse(args);
    expect(code).toBe(0);
    expect(out).toMatch(/^Usage: npx playwright test --project=load \[OPTIONS\]\n/);
    expect(out).toContain('--workers=N');
  }
});

test('runs lists the newest run first, with its verdict and main figures', async () => {
  const folder = emptyFolder();
  const target = {
    target: 'latency p95 < 500 ms',
    statistic: 'p95',
    comparator: '<',
    state: 'missed',
    value: 612,
    limit: 500,
    unit: 'ms',
  } as const;
  const check = { scope: 'a', check: 'b', message: 'c' };
  await new History(folder).append(
    recordOf(0, {
      kind: 'load',
      name: 'meeting-sessions',
      verdict: 'failed',
      figures: {
        'error rate': { value: 0.5, unit: '%', better: 'lower' },
        'overall throughput': { value: 22.7, unit: '/s', better: 'higher' },
      },
      targets: [
        target,
        { ...target, target: 'meeting.join p95 < 5 ms', operation: 'meeting.join', value: 9 },
      ],
    }),
  );
  await new History(folder).append(
    recordOf(1, {
      kind: 'chaos',
      checks: [
        { ...check, verdict: 'passed' },
        { ...check, verdict: 'failed' },
      ],
    }),
  );
  // The folder of reports may have many runs that are not in this history.
  const all = 'runs --runs 100000';
  const { code, out } = await fullhouse(all, { HISTORY_FOLDER: folder });
  expect(code).toBe(0);
  const rows = out.split('\n').filter((line) => line.startsWith('20261101-'));
  expect(rows[0]).toMatch(/^20261101-010000-0001 {2}chaos +passed +1 of 2 checks passed$/);
  expect(rows[1]).toMatch(/^20261101-000000-0000 {2}load +failed +P95 612 ms, 0\.50% errors, 22\.7\/s,$/);
  await new History(folder).append(recordOf(2, { kind: 'load', name: 'quick-ramp', figures: {} }));
  const several = await fullhouse(all, { HISTORY_FOLDER: folder });
  expect(several.out).toMatch(/^20261101-020000-0002 {2}load +passed +quick-ramp$/m);
  expect(several.out).toMatch(/ {2}load +failed +meeting-sessions, P95 612 ms,/);
  expect(several.out).toMatch(/^ +0\.50% errors, 22\.7\/s, 2 targets missed$/m);
  expect(several.out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  const chosen = await fullhouse('runs --kind chaos --runs 1', { HISTORY_FOLDER: folder });
  expect(chosen.out.trim().split('\n')).toHaveLength(2);
  const none = await fullhouse('runs --kind load', { HISTORY_FOLDER: emptyFolder() });
  expect(none.out).toContain('Start one with `npx playwright test`.');
});

test('token prints only a token on standard output, or explains why it has no token', async () => {
  const { code, out, err } = await fullhouse('token alice', { JWT_SECRET: 'a-secret-of-this-test' });
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  expect(decodeJwt(out.trim())).toMatchObject({ userId: 'alice', sub: 'alice' });
  const folder = emptyFolder();
  const reference = readFileSync('src/meetings/contract/reference.yaml', 'utf8');
  const users = join(folder, 'users.csv');
  writeFileSync(users, 'id,token\nanna,token-of-anna\nben,token-of-ben\n');
  const withIdentity = (name: string, identity: string) => {
    const contract = join(folder, name);
    writeFileSync(contract, reference.replace(/^identity:\n(?: .*\n)+/m, `identity:\n  ${identity}\n`));
    return { CONTRACT: contract, MEETINGS_SERVICE_URL: 'http://127.0.0.1:1' };
  };
  const none = await fullhouse('token alice', withIdentity('none.yaml', 'none: {}'));
  expect([none.code, none.out]).toEqual([1, '']);
  expect(none.err).toContain('The service has no tokens');
  const rows = `users: { file: ${users}, user: row.id, token: row.token }`;
  const environment = withIdentity('rows.yaml', rows);
  expect(await fullhouse('token ben', environment)).toMatchObject({ code: 0, out: 'token-of-ben\n' });
  expect((await fullhouse('token bem', environment)).err).toContain('has no user "bem". Did you mean "ben"?');
});

test('settings shows values with their source, masks secrets, and reports mistakes', async () => {
  const secret = 'a-secret-of-this-test';
  const environment = {
    JWT_SECRET: secret,
    TARGETS: 'latency p95 < 1 s',
    SERVICE_STOP_CMD: `stop ${secret}`,
    SERVICE_START_CMD: 'start',
    DATABASE_URL: `postgres://user:${secret}@host/name`,
  };
  const set = await fullhouse('settings --set', environment);
  expect(set.out).toMatch(/^TARGETS +latency p95 < 1 s +environment$/m);
  expect(set.out).toMatch(/^JWT_SECRET +\(secret\) +environment +change-me$/m);
  expect(set.out).toMatch(/^DATABASE_URL +\(secret\) +environment$/m);
  expect(set.out + set.err).not.toContain(secret);
  const all = await fullhouse('settings', environment);
  expect(all.out).toMatch(/^SCHEDULE +sessions +default$/m);
  expect(all.out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  const one = await fullhouse('settings MEETING_SIZE', { ...environment, MEETING_SIZE: '1', SEDD: '2' });
  expect(one.code).toBe(1);
  expect(one.out).toContain('MEETING_SIZE\n  value    1\n  from     environment\n  default  1000\n');
  expect(one.err).toContain('MEETING_SIZE: "1" is not allowed.');
});

test('doctor reports wrong settings as problems, and starts nothing then', async () => {
  const environment = { MEETING_SIZE: '1', CONCURENT_USERS: '5' };
  const { code, out } = await fullhouse('doctor', environment);
  expect(code).toBe(1);
  expect(out).toMatch(/^ok +Node +\d+\./m);
  expect(out).toMatch(/^problem +settings +Environment variable CONCURENT_USERS is not known\./m);
  expect(out).toMatch(/^problem +settings +MEETING_SIZE: "1" is not allowed\./m);
  expect(out).not.toContain('Chromium');
  expect(out).toContain('2 problems to correct before a run.');
  expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('a check of the doctor that throws a fault of the program is not a finding', async () => {
  const checkup = (error: Error) => ({ title: 'x', run: () => Promise.reject(error) });
  expect(await findingsOf(checkup(new UserError('a\nb')))).toEqual([problem('a'), problem('b')]);
  await expect(findingsOf(checkup(new TypeError('broken')))).rejects.toThrow('broken');
  expect(findingText('title', problem('\u001b[2J red'))).toBe('problem  title         [2J red');
});
