import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { inheritedEnvironment } from '../../../src/config/environment.ts';
import { root } from './workflow.ts';

/**
 * The errors that GitHub's language service reports about workflow files, as `file:line message`. It checks the schema,
 * the names of contexts and functions in expressions, cron times, and the inputs of actions. It needs no network.
 */
export function githubSays(files: Readonly<Record<string, string>>): string[] {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'language-service.ts')],
    { cwd: root, env: inheritedEnvironment(), input: JSON.stringify(files), encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
