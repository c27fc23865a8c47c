import { configure } from '../config/environment.ts';
import { UserError } from '../kernel/errors.ts';
import { configIn, enterProject, projectFolder } from '../kernel/folders.ts';
import { importDefault } from '../kernel/import-default.ts';
import { optionsGivenIn } from './noted-options.ts';
import type { FullhouseOptions } from './options.ts';

/**
 * Reads the options of the project around the working folder, for a command, and makes them the lowest settings. The
 * working folder stays, because arguments of a command may be relative to it.
 * @returns the options; empty if the configuration does not call `defineFullhouse`, or there is no configuration
 * @throws {UserError} if the configuration cannot be loaded, or has a mistake
 */
export async function openProject(): Promise<FullhouseOptions> {
  const folder = projectFolder();
  const path = configIn(folder);
  if (path === undefined) return {};
  const startedIn = process.cwd();
  enterProject(folder);
  try {
    const given = await optionsGivenIn(() =>
      importDefault(path).catch((error: unknown) => refuse(path, error)),
    );
    if (given === undefined) return {};
    configure(given.settings);
    return given.options;
  } finally {
    process.chdir(startedIn);
  }
}

function refuse(path: string, error: unknown): never {
  if (error instanceof UserError) throw error;
  throw new UserError(`${path} cannot be loaded: ${(error as Error).message}. Correct the file.`, {
    cause: error,
  });
}
