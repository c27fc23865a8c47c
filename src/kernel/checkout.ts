import { fileURLToPath } from 'node:url';
import { UserError } from './errors.ts';

/** The folder of this project, wherever a command was started. */
export const checkout = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Makes the project the working folder: `.env`, history, baselines, reports, and relative paths in settings belong to it,
 * and not to the folder in which a command was started.
 */
export function enterCheckout(): void {
  process.chdir(checkout);
}

/** tsx, which loads the service, takes a question mark in a path for the start of a query. @throws {UserError} */
export function refuseFolder(folder = checkout): void {
  if (folder.includes('?'))
    throw new UserError(
      `The project is in "${folder}", and TypeScript cannot be loaded from a path with a question mark. Move or rename the folder.`,
    );
}
