import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { main as baseline } from '../../../src/history/commands/baseline.ts';
import { main as compare } from '../../../src/history/commands/compare.ts';
import { main as history } from '../../../src/history/commands/history.ts';
import { History } from '../../../src/history/store.ts';
import { asProcess, inProcess } from '../kernel/run-command.ts';
import { emptyFolder, latencies, operationOf, recordOf } from './records.ts';

const commands = { history, compare, baseline };

/** The command in this process, with folders of its own. */
function run(command: keyof typeof commands, folders: Folders, ...args: string[]) {
  return inProcess(commands[command], args, { environment: variables(folders) });
}

const variables = ({ history, baselines }: Folders) => ({
  HISTORY_FOLDER: history,
  BASELINES_FOLDER: baselines,
});

type Folders = { history: string; baselines: string };
const empty = (): Folders => ({ history: emptyFolder(), baselines: emptyFolder() });

/** Two runs of one endpoint, the second one 30 ms slower. */
async function remembered(): Promise<Folders> {
  const folders = empty();
  for (const [n, median] of [20, 50].entries())
    await new History(folders.history).append(
      recordOf(n, {
        verdict: n === 0 ? 'passed' : 'failed',
        reasons: n === 0 ? [] : [{ kind: 'target missed', message: 'meeting.get p95 was 60 ms' }],
        operations: { 'meeting.get': operationOf(latencies(median, 100, n)) },
      }),
    );
  return folders;
}

test('history without a history says how to get one', async () => {
  const { code, out, err } = await run('history', empty());
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(
    /^No run is saved in \S+ yet\.\nEach npm start, npm run chaos and npm run bench adds one\.\n$/,
  );
});

test('history lists, chooses, and names what it cannot read', async () => {
  const folders = await remembered();
  writeFileSync(join(folders.history, 'half.json'), '{"schema":');
  const { code, out, err } = await run(
    'history',
    folders,
    '--kind',
    'bench',
    '--metric',
    'p50',
    '--runs',
    '1',
  );
  expect(code).toBe(0);
  expect(out).toContain('bench endpoints: 2 runs');
  expect(out).toContain('1 older run not listed');
  expect(out).not.toContain('meeting.get p95');
  expect(err).toMatch(/1 of the files in \S+ cannot be read:\n {3}half\.json: it is not JSON/);
  expect(await run('history', folders, '--kind', 'load')).toMatchObject({
    code: 1,
    err: 'The history has no load run yet, only bench. Start one with `npm run load`.\n',
  });
});

test('compare sets the last two side by side', async () => {
  const { code, out } = await run('compare', await remembered());
  expect(code).toBe(0);
  expect(out).toMatch(/meeting\.get p50 .* slower ❌/);
});

test('baseline refuses what failed, asks, and accepts', async () => {
  const folders = await remembered();
  const failed = await run('baseline', folders);
  expect(failed).toMatchObject({ code: 1, out: '' });
  expect(failed.err).toMatch(
    /^Run \S+ is no baseline: bench endpoints is failed \(meeting\.get p95 was 60 ms\)\.\nTake a run that passed, or accept it anyway with --even-if-failed\.\n$/,
  );
  const nobody = await run('baseline', folders, '20261101-000000');
  expect(nobody.code).toBe(1);
  expect(nobody.err).toBe(
    'Nothing was accepted: there is no terminal for the question. Add --yes to accept.\n',
  );
  expect(readdirSync(folders.baselines)).toEqual([]);

  const first = await run('baseline', folders, '20261101-000000', '--yes');
  expect(first).toMatchObject({ code: 0, err: '' });
  expect(first.out).toContain('would be the first baseline of bench endpoints');
  expect(readdirSync(folders.baselines)).toEqual([
    expect.stringMatching(/^bench-endpoints-reference-\w{8}\.json$/),
  ]);
  expect((await run('compare', folders, 'baseline', 'last')).out).toMatch(/meeting\.get p50 .* slower ❌/);

  const next = await run('baseline', folders, 'last', '--yes', '--even-if-failed');
  expect(next.code).toBe(0);
  expect(next.out).toMatch(/meeting\.get p50 .* slower ❌[\s\S]*Accepted: /);
  expect(readdirSync(folders.baselines)).toHaveLength(1);
});

test('baseline asks on a terminal, and accepts after a yes alone', async () => {
  const folders = await remembered();
  const answered = (answer: string) =>
    inProcess(baseline, ['20261101-000000'], { environment: variables(folders), answer });
  for (const answer of ['', 'n', 'yesterday']) {
    const { code, out, asked } = await answered(answer);
    expect(code).toBe(0);
    expect(asked).toEqual([
      expect.stringMatching(
        /^\nAccept 20261101-000000-\d{4} as the baseline of bench endpoints\? \[y\/N\] $/,
      ),
    ]);
    expect(out).not.toContain('Accepted');
    expect(readdirSync(folders.baselines)).toEqual([]);
  }
  expect(await answered(' Y ')).toMatchObject({ code: 0, out: expect.stringContaining('Accepted: ') });
  expect(readdirSync(folders.baselines)).toHaveLength(1);
});

test('npm run baseline reaches the command with its arguments, prints, and exits with its code', async () => {
  const folders = await remembered();
  const { code, out, err } = await asProcess('baseline', ['20261101-000000'], variables(folders));
  expect(code).toBe(1);
  expect(out).toContain('would be the first baseline of bench endpoints');
  // Its standard input is no terminal.
  expect(err).toBe('Nothing was accepted: there is no terminal for the question. Add --yes to accept.\n');
  expect(readdirSync(folders.baselines)).toEqual([]);
});

test('baseline warns of what the run did not measure', async () => {
  const folders = await remembered();
  const more = { health: operationOf([1, 2, 3]), 'meeting.get': operationOf([1]) };
  await new History(folders.history).append(recordOf(5, { operations: more }));
  const { code, out } = await run('baseline', folders, '20261101-000000', '--yes');
  expect(code).toBe(0);
  expect(out).toContain('! It lacks health, which other runs measured: they would have no baseline.');
});

test('a mistake is one sentence with the way out', async () => {
  const folders = await remembered();
  const cases: [Parameters<typeof run>[0], string[], RegExp][] = [
    [
      'history',
      ['--kind', 'x'],
      /^"x" is not a kind of run\. Use one of: load, chaos, bench, conduct\. Usage: npm run history/,
    ],
    ['history', ['--runs', '0'], /^"0" is not a number of runs\. Usage: /],
    ['compare', ['--foo'], /^Unknown option '--foo'\. Usage: npm run compare/],
    ['compare', ['a', 'b', 'c'], /^"c" is one argument too many\. Usage: /],
    ['compare', ['2026', 'last'], /^2 runs begin with "2026"/],
    ['baseline', ['x'], /^No run in the history begins with "x"/],
  ];
  const answers = await Promise.all(cases.map(([command, args]) => run(command, folders, ...args)));
  expect(answers.map(({ code, out }) => [code, out])).toEqual(cases.map(() => [1, '']));
  for (const [index, [, , sentence]] of cases.entries()) expect(answers[index]!.err).toMatch(sentence);
});
