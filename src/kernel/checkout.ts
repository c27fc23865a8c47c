import { fileURLToPath } from 'node:url';
import { UserError } from './errors.ts';

/** The folder of this project. */
export const checkout = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Makes the project the working folder: `.env`, history, baselines, reports and relative paths in settings belong to it,
 * not to the folder in which a command was started.
 */
export function enterCheckout(): void {
  process.chdir(checkout);
}

/** tsx, which loads the service, treats a question mark in a path as the start of a query. @throws {UserError} */
export function refuseFolder(folder = checkout): void {
  if (folder.includes('?'))
    throw new UserError(
      `The project is in "${folder}", but TypeScript cannot be loaded from a path with a question mark. Move or rename the folder.`,
    );
}
