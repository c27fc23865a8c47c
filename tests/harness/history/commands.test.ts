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

/** Runs the command in this process with these folders. */
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

test('history says how to add a run when it is empty', async () => {
  const { code, out, err } = await run('history', empty());
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^No run is saved in \S+ yet\.\nEach `npx playwright test` adds one\.\n$/);
});

test('history lists and filters runs, and names unreadable files', async () => {
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
  expect(err).toMatch(/1 file in \S+ cannot be read:\n {3}half\.json: it is not JSON/);
  expect(await run('history', folders, '--kind', 'load')).toMatchObject({
    code: 1,
    err: 'The history has no load run yet, only bench. Start one with `npx playwright test --project=load`.\n',
  });
});

test('compare shows the last two runs side by side', async () => {
  const { code, out } = await run('compare', await remembered());
  expect(code).toBe(0);
  expect(out).toMatch(/meeting\.get p50 .* slower ❌/);
});

test('baseline refuses a failed run, asks for confirmation, and accepts', async () => {
  const folders = await remembered();
  const failed = await run('baseline', folders);
  expect(failed).toMatchObject({ code: 1, out: '' });
  expect(failed.err).toMatch(
    /^Run \S+ cannot be the baseline: bench endpoints failed \(meeting\.get p95 was 60 ms\)\.\nChoose a run that passed, or accept this run with --even-if-failed\.\n$/,
  );
  const nobody = await run('baseline', folders, '20261101-000000');
  expect(nobody.code).toBe(1);
  expect(nobody.err).toBe('No baseline was accepted: there is no terminal to ask on. Add --yes to accept.\n');
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

test('baseline asks on a terminal, and accepts only after a yes', async () => {
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

test('npm run baseline is npx fullhouse baseline: it passes arguments on, and exits with the same code', async () => {
  const folders = await remembered();
  const { code, out, err } = await asProcess('baseline', ['20261101-000000'], variables(folders));
  expect(code).toBe(1);
  expect(out).toContain('would be the first baseline of bench endpoints');
  // The standard input of the process is not a terminal.
  expect(err).toBe('No baseline was accepted: there is no terminal to ask on. Add --yes to accept.\n');
  expect(readdirSync(folders.baselines)).toEqual([]);
});

test('baseline warns about operations that the run did not measure', async () => {
  const folders = await remembered();
  const more = { health: operationOf([1, 2, 3]), 'meeting.get': operationOf([1]) };
  await new History(folders.history).append(recordOf(5, { operations: more }));
  const { code, out } = await run('baseline', folders, '20261101-000000', '--yes');
  expect(code).toBe(0);
  expect(out).toContain(
    '! The run did not measure health. Other runs did: these operations would have no baseline.',
  );
});

test('history, compare and baseline explain a wrong argument in one sentence', async () => {
  const folders = await remembered();
  const cases: [Parameters<typeof run>[0], string[], RegExp][] = [
    [
      'history',
      ['--kind', 'x'],
      /^"x" is not a kind of run\. Use one of: load, capacity, soak, chaos, bench, conduct\.\n$/,
    ],
    ['history', ['--runs', '0'], /^"0" is not a number of runs\. Use a whole number from 1\.\n$/],
    [
      'history',
      ['--metric', 'meting.get'],
      /^No metric has "meting\.get" in its name\. Did you mean "meeting\.get"\?\n$/,
    ],
    [
      'history',
      ['--metric', 'nonsense'],
      /^No metric has "nonsense" in its name\. There are metrics of meeting\.get\.\n$/,
    ],
    ['history', ['--all=yes'], /^--all takes no value\.\n$/],
    ['history', ['--runs'], /^--runs needs a value\. See `npx fullhouse history --help`\.\n$/],
    [
      'compare',
      ['--foo'],
      /^`npx fullhouse compare` does not know "--foo"\. Use one of: --kind, --help\.\n$/,
    ],
    ['compare', ['a', 'b', 'c'], /^Unexpected argument "c"\. See `npx fullhouse compare --help`\.\n$/],
    ['compare', ['last', 'last'], /^"last" and "last" are the same run, \S+\. Name two runs\.\n$/],
    ['compare', ['2026', 'last'], /^2 runs begin with "2026"/],
    ['baseline', ['x'], /^No run in the history begins with "x"/],
  ];
  const answers = await Promise.all(cases.map(([command, args]) => run(command, folders, ...args)));
  expect(answers.map(({ code, out }) => [code, out])).toEqual(cases.map(() => [1, '']));
  for (const [index, [, , sentence]] of cases.entries()) expect(answers[index]!.err).toMatch(sentence);
});
