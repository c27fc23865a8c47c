import { execFileSync } from 'node:child_process';
import { childEnvironment } from '../kernel/child-environment.ts';

/** The variables that point Git to a repository and settings in an unusual place. */
const GIT = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_COMMON_DIR',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'XDG_CONFIG_HOME',
];

/** The commit of the working folder, or null where there is none. */
export function commit(): string | null {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      encoding: 'utf8',
      env: childEnvironment(GIT),
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null; // without git or a repository, the report shows no commit; the run does not fail
  }
}
