import { expect, test } from '@playwright/test';
import { main } from '../../../src/commands/fullhouse.ts';
import { inProcess } from '../kernel/run-command.ts';

/** The arguments of Playwright and the settings with which a command would start it. */
async function started(...args: string[]) {
  const { code, err, started: processes } = await inProcess(main, ['capacity', ...args]);
  const [child] = processes;
  return { code, err, args: child?.args.slice(1), settings: child?.options.environment };
}

test('starts Playwright with the phase and with the settings of its options', async () => {
  expect(await started('arrivals', '--limit', 'p95 < 300 ms; error rate < 1 %', '--for=10m')).toMatchObject({
    code: 0,
    args: ['test', '--project=capacity'],
    settings: {
      CAPACITY_OF: 'arrivals',
      CAPACITY_LIMIT: 'p95 < 300 ms; error rate < 1 %',
      CAPACITY_FOR: '10m',
    },
  });
  // Without an axis, the setting decides it.
  expect((await started('--within', '10%', '--at-most', '500', '--at-least=50')).settings).toEqual({
    CAPACITY_WITHIN: '10%',
    CAPACITY_AT_MOST: '500',
    CAPACITY_AT_LEAST: '50',
  });
});

test('passes all other arguments to Playwright', async () => {
  expect((await started('--workers', '2', 'users', '--grep', 'users', '--list')).args).toEqual([
    'test',
    '--project=capacity',
    '--workers',
    '2',
    '--grep',
    'users',
    '--list',
  ]);
  expect((await started('meeting-size', 'tests/capacity/own.spec.ts', '-j', '2')).args).toEqual([
    'test',
    '--project=capacity',
    'tests/capacity/own.spec.ts',
    '-j',
    '2',
  ]);
});

test('exits with the code of the run, or with 130 after a signal', async () => {
  expect((await inProcess(main, ['capacity'], { childExits: 2 })).code).toBe(2);
  expect((await inProcess(main, ['capacity'], { childExits: null })).code).toBe(130);
});

const wrong: [string[], string][] = [
  [['usrs'], '`npx fullhouse capacity` does not know "usrs". Did you mean "users"?'],
  [
    ['everything'],
    '`npx fullhouse capacity` does not know "everything". Use one of: users, arrivals, meeting-size.',
  ],
  [
    ['users', 'arrivals'],
    '`npx fullhouse capacity` raises one load at a time, and got "users" and "arrivals". Leave one out.',
  ],
  [['--limit'], '--limit needs a value. See `npx fullhouse capacity --help`.'],
  [['--at-most='], '--at-most needs a value. See `npx fullhouse capacity --help`.'],
  [['--project=load'], '`npx fullhouse capacity` chooses the project itself. Leave out --project.'],
];
for (const [args, message] of wrong)
  test(`refuses ${args.join(' ')}`, async () => {
    const refused = await started(...args);
    expect(refused).toMatchObject({ code: 1, args: undefined });
    expect(refused.err.trim()).toBe(message);
  });
