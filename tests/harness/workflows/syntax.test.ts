import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { parse } from 'yaml';
import { githubSays } from './github-says.ts';
import { root, stepsOf, workflows } from './workflow.ts';

test("GitHub's language service reports no error in the workflows", () => {
  const files = Object.fromEntries(workflows().map(({ file, text }) => [file, text]));
  expect(Object.keys(files)).toEqual([
    'checks.yml',
    'load.yml',
    'nightly-chaos.yml',
    'nightly-tests.yml',
    'weekly.yml',
  ]);
  expect(githubSays(files)).toEqual([]);
});

test("GitHub's language service finds each mistake of a bad workflow", () => {
  const text = `
on:
  workflow_dispatch:
    inputs:
      users:
        default: '50'
  schedule:
    - cron: '37 26 * * *'
permissions:
  content: read
jobs:
  night:
    runs-on: ubuntu-24.04
    timeout: 5
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credential: false
      - uses: actions/cache/save@v5
        with:
          path: reports/history
      - run: echo
        env:
          USERS: \${{ inputs.user }}
          CHAOS: \${{ steps.chaos.outcome }}
      - run: echo
        if: failed()
`;
  const said = [
    "8 Invalid cron expression. Expected format: '* * * * *' (minute hour day month weekday)",
    "10 Unexpected value 'content'",
    "14 Unexpected value 'timeout'",
    "18 Invalid action input 'persist-credential'",
    '20 Missing required input `key`',
    '24 Context access might be invalid: user',
    '25 Context access might be invalid: chaos',
    "27 Unrecognized function: 'failed'",
  ];
  expect(githubSays({ 'x.yml': text }).sort()).toEqual(said.map((line) => `x.yml:${line}`).sort());
});

const bashSays = (script: string) => spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' }).stderr;

test('bash parses every script of the workflows', () => {
  const scripts = workflows()
    .flatMap(stepsOf)
    .flatMap(({ step, where }) => (step.run === undefined ? [] : [{ where, run: step.run }]));
  expect(scripts.length).toBeGreaterThan(10);
  expect(
    scripts.map(({ where, run }) => `${where}: ${bashSays(run)}`).filter((line) => !/: $/.test(line)),
  ).toEqual([]);
  expect(bashSays('if true; then echo')).toContain('syntax error');
});

test('Dependabot updates actions and npm packages weekly', () => {
  const { version, updates } = parse(readFileSync(join(root, '.github/dependabot.yml'), 'utf8'));
  expect(version).toBe(2);
  for (const ecosystem of ['github-actions', 'npm'])
    expect(updates).toContainEqual(
      expect.objectContaining({
        'package-ecosystem': ecosystem,
        directory: '/',
        schedule: { interval: 'weekly' },
      }),
    );
  expect(updates).toHaveLength(2);
});
