import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from './errors.ts';

/** Where fullhouse's own files are: its checkout, or the compiled files of the installed package. */
export const packageFolder = fileURLToPath(new URL('../..', import.meta.url));

/** Whether this is the compiled code of the package. In the checkout, Node reads the TypeScript sources through tsx. */
export const isCompiled = import.meta.url.endsWith('.js');

/** The path of a guide for messages, from the folder of the project: `docs/settings.md`. */
export function guide(path: string): string {
  return isCompiled ? `node_modules/fullhouse/${path}` : path;
}

/** The endings of a file that Playwright accepts as its configuration. */
const CONFIG_ENDINGS = ['ts', 'js', 'mts', 'mjs', 'cts', 'cjs'];

let entered: string | undefined;

/**
 * The folder of the team's project. `.env`, reports, history, baselines, tests and relative paths in settings belong to it,
 * not to the folder in which a command was started. Until a project is entered, it is the nearest folder with a
 * configuration of Playwright, from the working folder upwards.
 */
export function projectFolder(): string {
  return entered ?? nearestProject(process.cwd());
}

/** Makes a folder the project, and the working folder. */
export function enterProject(folder = projectFolder()): void {
  entered = resolve(folder);
  process.chdir(entered);
}

/** The nearest folder upwards with a configuration of Playwright; the folder itself if there is no such folder. */
export function nearestProject(from: string): string {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (configIn(folder) !== undefined) return folder;
    if (folder === dirname(folder)) return resolve(from);
  }
}

/** The path of Playwright's configuration in a folder; undefined without one. */
export function configIn(folder: string): string | undefined {
  return CONFIG_ENDINGS.map((ending) => join(folder, `playwright.config.${ending}`)).find(existsSync);
}

/** The path of one of fullhouse's own modules, from its path without the ending: `service/main`. */
export function ownModule(path: string): string {
  return join(packageFolder, `${path}.${isCompiled ? 'js' : 'ts'}`);
}

/** The options with which Node starts one of fullhouse's own modules. */
export function nodeOptions(): string[] {
  return isCompiled ? [] : ['--import', import.meta.resolve('tsx')];
}

/** tsx, which loads TypeScript, treats a question mark in a path as the start of a query. @throws {UserError} */
export function refuseFolder(folder = projectFolder()): void {
  if (folder.includes('?'))
    throw new UserError(
      `The project is in "${folder}", but TypeScript cannot be loaded from a path with a question mark. Move or rename the folder.`,
    );
}
