import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JSONReport } from '@playwright/test/reporter';
import { settingNames } from '../../../service/config.ts';
import { commands } from '../../../src/commands/fullhouse.ts';
import { inheritedEnvironment, lonePhases } from '../../../src/config/environment.ts';
import { schema } from '../../../src/config/schema.ts';
import { root } from './workflow.ts';

/** The parts of this repository that workflows may name. */
export interface Repository {
  readonly scripts: readonly string[];
  /** The commands of `npx fullhouse`. */
  readonly commands: readonly string[];
  readonly projects: readonly string[];
  readonly settings: readonly string[];
  readonly exists: (path: string) => boolean;
  readonly readme: string;
}

export function thisRepository(): Repository {
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  return {
    scripts: Object.keys(JSON.parse(read('package.json')).scripts),
    commands: Object.keys(commands),
    // A list of tests has the phases on request only by their names.
    projects: [...projectsWithTests(), ...lonePhases],
    settings: [...Object.keys(schema), ...settingNames],
    exists: (path) => existsSync(join(root, path)),
    readme: read('docs/ci.md'),
  };
}

/** The projects of playwright.config.ts that have a test, from Playwright's `--list`. Starts no service. */
function projectsWithTests(): string[] {
  const env = { ...inheritedEnvironment(), FULLHOUSE_RUN: JSON.stringify(run) };
  const listing = spawnSync(
    process.execPath,
    ['node_modules/playwright/cli.js', 'test', '--list', '--reporter=json'],
    { cwd: root, env, encoding: 'utf8' },
  );
  if (listing.status !== 0) throw new Error(listing.stdout + listing.stderr);
  const { suites }: JSONReport = JSON.parse(listing.stdout);
  return [...new Set(projectsIn(suites))];
}

/** A run that has begun, so that the configuration does not look for a service. */
const run = { id: 'list', workers: 1, shard: { index: 1, of: 1 } };

function projectsIn(suites: JSONReport['suites'] = []): string[] {
  return suites.flatMap((suite) => [
    ...suite.specs.flatMap(({ tests }) => tests.map(({ projectName }) => projectName)),
    ...projectsIn(suite.suites),
  ]);
}
