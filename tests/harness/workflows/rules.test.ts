import { expect, test } from '@playwright/test';
import { type Repository, thisRepository } from './repository.ts';
import { type Rule, rules } from './rules.ts';
import { stepsOf, workflowOf, workflows } from './workflow.ts';

const all = Object.entries<Rule>(rules);

test('the workflows keep every rule', () => {
  const repository = thisRepository();
  // The lists that the rules search are complete.
  expect(repository.projects).toEqual(expect.arrayContaining(['load', 'chaos', 'bench']));
  expect(repository.settings).toEqual(expect.arrayContaining(['CONCURRENT_USERS', 'DATABASE_URL']));
  for (const workflow of workflows())
    expect(all.flatMap(([, mistakes]) => mistakes(workflow, repository))).toEqual([]);
});

/** Actions with more than one commit or version. */
function differing(texts: readonly string[]): string[] {
  const versions = new Map<string, Set<string>>();
  for (const [, action, version] of texts.join('\n').matchAll(/uses: ([\w-]+\/[\w-]+)\S*@(.*)$/gm))
    versions.set(action!, (versions.get(action!) ?? new Set()).add(version!));
  return [...versions].filter(([, { size }]) => size > 1).map(([action]) => action);
}

test('all workflows use the same version of an action', () => {
  expect(differing(workflows().map(({ text }) => text))).toEqual([]);
  expect(differing(['uses: a/b@1\nuses: c/d/save@1', 'uses: a/b@2\nuses: c/d/restore@1'])).toEqual(['a/b']);
});

test.describe('the rules for workflows', () => {
  const commit = '0123456789abcdef0123456789abcdef01234567';
  const good = `
jobs:
  only:
    timeout-minutes: 5
    permissions:
      contents: read
    env:
      JWT_SECRET: for-one-night
    services:
      database:
        image: postgres:18
        ports:
          - 127.0.0.1:5432:5432
    steps:
      - name: checkout
        uses: actions/checkout@${commit} # v7.0.1
        with:
          persist-credentials: false
      - name: script
        run: |
          npm run check && npm test && npx playwright test --project=load --workers="$WORKERS"
          node scripts/setup.mjs > reports/log && curl https://example.com/a/b
        env:
          TOKEN: \${{ secrets.TOKEN }}
          WORKERS: 2
      - name: upload
        if: \${{ always() }}
        uses: actions/upload-artifact@${commit} # v7.0.1
        with:
          path: |
            reports/
            docs
`;
  const repository: Repository = {
    scripts: ['check', 'test'],
    commands: ['history'],
    projects: ['load'],
    settings: ['JWT_SECRET', 'TOKEN'],
    exists: (path) => ['scripts/setup.mjs', 'docs'].includes(path),
    readme: 'Set the secret `TOKEN`.',
  };
  const broken = (text: string) => {
    const workflow = workflowOf('x.yml', text);
    return Object.fromEntries(
      all.map(([rule, find]) => [rule, find(workflow, repository)]).filter(([, found]) => found!.length > 0),
    );
  };

  test('a good workflow breaks no rule', () => expect(broken(good)).toEqual({}));

  const cases: [keyof typeof rules, from: string | RegExp, to: string, says: string][] = [
    ['every job has a time limit', /timeout.*/, '', 'x.yml, job only: no timeout-minutes'],
    ['jobs have no write access', /permissions:\n.*/, '', 'x.yml, job only: permissions: undefined'],
    [
      'jobs have no write access',
      /permissions:\n.*/,
      'permissions: write-all',
      'x.yml, job only: permissions: write-all',
    ],
    ['jobs have no write access', 'contents: read', 'contents: write', 'x.yml, job only: contents: write'],
    [
      'a failed step fails its job',
      '- name: script',
      '- name: script\n        continue-on-error: true',
      'x.yml, script: continue-on-error',
    ],
    [
      'actions are known and pinned',
      'actions/upload-artifact@',
      'somebody/upload@',
      'x.yml, upload: somebody/upload is not in tests/harness/workflows/actions.ts',
    ],
    [
      'actions are known and pinned',
      `checkout@${commit}`,
      'checkout@v7',
      'x.yml, checkout: actions/checkout@v7 is not pinned to a commit',
    ],
    [
      'actions are known and pinned',
      ' # v7.0.1',
      '',
      `x.yml, checkout: actions/checkout@${commit} has no version comment such as # v1.2.3`,
    ],
    [
      'the checkout step saves no token',
      'persist-credentials: false',
      'path: reports/source',
      'x.yml, checkout: persist-credentials is not false',
    ],
    [
      'scripts contain no expressions',
      '"$WORKERS"',
      `\${{ inputs.workers }} $WORKERS`,
      'x.yml, script: run contains an expression; pass it through env',
    ],
    [
      'only the step that needs a secret gets it',
      'JWT_SECRET: for-one-night',
      'JWT_SECRET: $'.concat('{{ secrets.TOKEN }}'),
      'x.yml: JWT_SECRET is in the environment of every step',
    ],
    ['scripts name only what exists', 'run check', 'run chekc', 'x.yml, script: no npm run chekc'],
    ['scripts name only what exists', 'npm test', 'npm start', 'x.yml, script: no npm start'],
    [
      'scripts name only what exists',
      'npm test',
      'npx fullhouse histroy && npx fullhouse history',
      'x.yml, script: no npx fullhouse histroy',
    ],
    ['scripts name only what exists', '=load', '=laod', 'x.yml, script: no --project laod'],
    ['scripts name only what exists', 'setup.mjs', 'set-up.mjs', 'x.yml, script: no scripts/set-up.mjs'],
    ['paths given to an action exist', /docs$/m, 'docks', 'x.yml, upload: no docks'],
    [
      'environment variables are settings or used',
      'WORKERS: 2',
      'WORKERS: 2\n          USERS: 5',
      'x.yml: USERS is neither a setting nor used by a script',
    ],
    [
      'environment variables are settings or used',
      'JWT_SECRET:',
      'JWT_SECERT:',
      'x.yml: JWT_SECERT is neither a setting nor used by a script',
    ],
    ['every image has a version', 'postgres:18', 'postgres', 'x.yml: postgres'],
    ['every image has a version', 'postgres:18', 'postgres:latest', 'x.yml: postgres:latest'],
    ['services listen on loopback', '127.0.0.1:5432:5432', '5432:5432', 'x.yml: port 5432:5432'],
    [
      'uploads and saved caches also run after a failure',
      /if: .*/,
      '',
      'x.yml, upload: does not run after a failure',
    ],
    ['docs/ci.md documents every variable and secret', 'secrets.TOKEN', 'vars.TOKENS', 'x.yml: TOKENS'],
  ];
  for (const [rule, from, to, says] of cases)
    test(`reports a violation of "${rule}": ${says}`, () => {
      const text = good.replace(from, to);
      expect(text).not.toBe(good);
      expect(broken(text)).toEqual({ [rule]: [says] });
    });

  test('each rule for workflows has a test', () => {
    expect(new Set(cases.map(([rule]) => rule))).toEqual(new Set(all.map(([rule]) => rule)));
    expect(stepsOf(workflowOf('x.yml', good))).toHaveLength(3);
  });
});
