import { expect, test } from '@playwright/test';
import { variablesOf } from '../../../src/commands/init/files/environment.ts';
import { workflowText } from '../../../src/commands/init/files/workflow.ts';
import type { PackageManager } from '../../../src/kernel/package-manager.ts';
import { githubSays } from './github-says.ts';
import { simulate } from './job-simulation.ts';
import { type Repository, thisRepository } from './repository.ts';
import { type Rule, rules } from './rules.ts';
import { workflowOf, workflows } from './workflow.ts';

const variables = variablesOf({ url: 'https://host', variables: ['JWT_SECRET'] });

/** The workflow that `npx fullhouse init` writes. */
const written = (manager: PackageManager, folder = '') => workflowText({ manager, folder, variables });

const all = {
  'npm.yml': written('npm'),
  'pnpm.yml': written('pnpm'),
  'yarn.yml': written('yarn', 'apps/load'),
};

test("GitHub's language service reports no error in the workflow of a team", () => {
  expect(githubSays(all)).toEqual([]);
  const broken = written('npm').replace('workflow_dispatch', 'workflow_dispatched');
  expect(githubSays({ 'x.yml': broken })).toHaveLength(1);
});

test('the workflow of a team keeps the rules for workflows', () => {
  const { projects, settings, readme, commands } = thisRepository();
  // The repository of a team has no scripts and no files of ours.
  const team: Repository = {
    scripts: [],
    commands,
    projects,
    settings,
    readme,
    exists: (path) => path.startsWith('apps/load/reports/'),
  };
  for (const [file, text] of Object.entries(all)) {
    const workflow = workflowOf(file, text);
    expect(Object.values<Rule>(rules).flatMap((mistakes) => mistakes(workflow, team))).toEqual([]);
  }
});

test('the workflow of a team uses the actions of the workflows here', () => {
  const used = (text: string) => [...text.matchAll(/uses: (.+)$/gm)].map(([, action]) => action!);
  const here = new Set(workflows().flatMap(({ text }) => used(text)));
  expect(used(all['npm.yml']).length).toBe(5);
  expect(used(all['npm.yml']).filter((action) => !here.has(action))).toEqual([]);
});

test('a failed experiment fails the night, and the load, the history and the reports follow', () => {
  const job = workflowOf('x.yml', all['npm.yml']).jobs.night!;
  const ran = (circumstances: Parameters<typeof simulate>[1]) => {
    const { outcomes, result } = simulate(job, circumstances);
    return { result, ran: Object.keys(outcomes).filter((name) => outcomes[name] !== 'skipped') };
  };
  const steps = job.steps.map(({ name }) => name);
  expect(ran({ files: 'some' })).toEqual({ result: 'success', ran: steps });
  expect(ran({ files: 'some', failing: ['Chaos'] })).toEqual({ result: 'failure', ran: steps });
  expect(ran({ failing: ['Install the packages'] })).toEqual({
    result: 'failure',
    ran: ['Check out', 'Set up Node', 'Install the packages', 'Keep the reports'],
  });
});

test('packages are installed as the lock file says, in the folder of the project', () => {
  const install = (file: keyof typeof all) =>
    workflowOf(file, all[file]).jobs.night!.steps.find(({ name }) => name === 'Install the packages')?.run;
  expect(install('npm.yml')).toBe('npm ci\n');
  expect(install('pnpm.yml')).toBe('corepack enable\npnpm install --frozen-lockfile\n');
  expect(install('yarn.yml')).toBe('corepack enable\nyarn install --immutable\n');
  const classic = workflowText({ manager: 'yarn 1', folder: '', variables });
  expect(classic).toContain('yarn install --frozen-lockfile\n');
  expect(all['yarn.yml']).toContain('working-directory: apps/load');
  expect(all['yarn.yml'].match(/path: .*/g)).toEqual([
    'path: apps/load/reports/history',
    'path: apps/load/reports/history',
    'path: apps/load/reports/',
  ]);
});
