import { execFileSync } from 'node:child_process';

/** The commit of the working folder, or null where there is none. */
export function commit(): string | null {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null; // no git, or no repository: a fact of the report, not a failure of the run
  }
}
