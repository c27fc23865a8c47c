import { join } from 'node:path';
import { UserError } from '../../kernel/errors.ts';
import { importDefault } from '../../kernel/import-default.ts';
import { isOwnProject } from '../../run/projects.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Refuses a folder whose own Playwright projects have the name of a phase: with fullhouse beside them, no test could run.
 * A configuration that cannot be loaded here is left to Playwright.
 * @throws {UserError} that names the configuration and the project
 */
export async function refuseTakenNames({ folder, config, isSetUp }: Surroundings): Promise<void> {
  if (config === undefined || isSetUp) return;
  const own = (await importDefault(join(folder, config)).catch(() => undefined)) as
    | { projects?: unknown }
    | undefined;
  const projects = Array.isArray(own?.projects) ? (own.projects as { name?: unknown }[]) : [];
  const taken = projects.flatMap(({ name }) =>
    typeof name === 'string' && !isOwnProject(name) ? [`"${name}"`] : [],
  );
  if (taken.length > 0)
    throw new UserError(
      `${config}: fullhouse has ${taken.length === 1 ? 'a project' : 'projects'} ${taken.join(', ')} too. Rename yours, then run \`npx fullhouse init\` again. Nothing is written.`,
    );
}
