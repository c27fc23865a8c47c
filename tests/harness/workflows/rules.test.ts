import { expect, test } from '@playwright/test';
import { type Repository, thisRepository } from './repository.ts';
import { type Rule, rules } from './rules.ts';
import { stepsOf, workflowOf, workflows } from './workflow.ts';

const all = Object.entries<Rule>(rules);

test('the workflows keep every rule', () => {
  const repository = thisRepository();
  // What is looked for in them is really found.
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

test.describe('each rule can be broken', () => {
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

  test('a good workflow breaks none', () => expect(broken(good)).toEqual({}));

  const cases: [keyof typeof rules, from: string | RegExp, to: string, says: string][] = [
    ['every job has a bound', /timeout.*/, '', 'x.yml, job only: no timeout-minutes'],
    [
      'every job says what it may, and none may write',
      /permissions:\n.*/,
      '',
      'x.yml, job only: permissions: undefined',
    ],
    [
      'every job says what it may, and none may write',
      /permissions:\n.*/,
      'permissions: write-all',
      'x.yml, job only: permissions: write-all',
    ],
    [
      'every job says what it may, and none may write',
      'contents: read',
      'contents: write',
      'x.yml, job only: contents: write',
    ],
    [
      'a step that fails fails its job',
      '- name: script',
      '- name: script\n        continue-on-error: true',
      'x.yml, script: continue-on-error',
    ],
    [
      'actions are known, and pinned to a commit beside its version',
      'actions/upload-artifact@',
      'somebody/upload@',
      'x.yml, upload: somebody/upload is not in tests/harness/workflows/actions.ts',
    ],
    [
      'actions are known, and pinned to a commit beside its version',
      `checkout@${commit}`,
      'checkout@v7',
      'x.yml, checkout: actions/checkout@v7 is not pinned to a commit',
    ],
    [
      'actions are known, and pinned to a commit beside its version',
      ' # v7.0.1',
      '',
      `x.yml, checkout: actions/checkout@${commit} says no version, such as # v1.2.3`,
    ],
    [
      'the checkout leaves no token behind',
      'persist-credentials: false',
      'path: reports/source',
      'x.yml, checkout: persist-credentials is not false',
    ],
    [
      'scripts hold no expressions',
      '"$WORKERS"',
      `\${{ inputs.workers }} $WORKERS`,
      'x.yml, script: an expression in run; hand it over by env',
    ],
    [
      'secrets go to the step that needs them and to no other',
      'JWT_SECRET: for-one-night',
      'JWT_SECRET: $'.concat('{{ secrets.TOKEN }}'),
      'x.yml: JWT_SECRET is in the environment of every step',
    ],
    ['what a script names is there', 'run check', 'run chekc', 'x.yml, script: no npm run chekc'],
    ['what a script names is there', 'npm test', 'npm start', 'x.yml, script: no npm start'],
    ['what a script names is there', '=load', '=laod', 'x.yml, script: no --project laod'],
    ['what a script names is there', 'setup.mjs', 'set-up.mjs', 'x.yml, script: no scripts/set-up.mjs'],
    ['what an action is given is there', /docs$/m, 'docks', 'x.yml, upload: no docks'],
    [
      'an environment variable is a setting, or used by its script',
      'WORKERS: 2',
      'WORKERS: 2\n          USERS: 5',
      "x.yml: USERS is nobody's setting",
    ],
    [
      'an environment variable is a setting, or used by its script',
      'JWT_SECRET:',
      'JWT_SECERT:',
      "x.yml: JWT_SECERT is nobody's setting",
    ],
    ['images have a version', 'postgres:18', 'postgres', 'x.yml: postgres'],
    ['images have a version', 'postgres:18', 'postgres:latest', 'x.yml: postgres:latest'],
    ['services listen on loopback', '127.0.0.1:5432:5432', '5432:5432', 'x.yml: port 5432:5432'],
    ['what is kept is kept after a failure too', /if: .*/, '', 'x.yml, upload: not after a failure'],
    ['what the owner of a repository sets is in docs/ci.md', 'secrets.TOKEN', 'vars.TOKENS', 'x.yml: TOKENS'],
  ];
  for (const [rule, from, to, says] of cases)
    test(`${rule}: ${says}`, () => {
      const text = good.replace(from, to);
      expect(text).not.toBe(good);
      expect(broken(text)).toEqual({ [rule]: [says] });
    });

  test('no rule is without a case', () => {
    expect(new Set(cases.map(([rule]) => rule))).toEqual(new Set(all.map(([rule]) => rule)));
    expect(stepsOf(workflowOf('x.yml', good))).toHaveLength(3);
  });
});
