import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { configIn } from '../../kernel/folders.ts';
import { readText } from '../../kernel/text-file.ts';
import { isModuleFolder, type Language, languageIn, packageAbove } from '../examples/language.ts';

/** What `init` finds in the folder in which it was started. */
export interface Surroundings {
  readonly folder: string;
  /** The folder of the nearest package.json; undefined without one. */
  readonly packageFolder: string | undefined;
  readonly isModule: boolean;
  /** The language that the folder uses; undefined if nothing shows it. */
  readonly language: Language | undefined;
  /** The name of its Playwright configuration. */
  readonly config: string | undefined;
  /** The text of this configuration; empty without one. */
  readonly configText: string;
  /** The name of a configuration that an earlier `init` has put aside. */
  readonly ownConfig: string | undefined;
  /** Whether its configuration calls `defineFullhouse`. */
  readonly isSetUp: boolean;
  /** Whether a file exists that `init` would change, or could take a hint from. */
  readonly isEmpty: boolean;
  /** The top folder of the repository: workflows belong there. */
  readonly repository: string;
}

/** What the name of the team's own configuration becomes. */
export const OWN_CONFIG = 'playwright.own.config';

export function lookAt(folder: string): Surroundings {
  const path = configIn(folder);
  const config = path === undefined ? undefined : basename(path);
  const configText = path === undefined ? '' : readText(path);
  const packageFolder = packageAbove(folder)?.folder;
  return {
    folder,
    packageFolder,
    isModule: packageFolder === undefined || isModuleFolder(folder),
    language: languageIn(folder, config),
    config,
    configText,
    ownConfig: readdirSync(folder).find((name) => name.startsWith(`${OWN_CONFIG}.`)),
    isSetUp: configText.includes('defineFullhouse'),
    isEmpty: packageFolder === undefined && path === undefined && !existsSync(join(folder, '.gitignore')),
    repository: repositoryOf(folder),
  };
}

/** The nearest folder upwards with `.git`; the folder itself outside of a repository. */
function repositoryOf(folder: string): string {
  for (let at = folder; at !== dirname(at); at = dirname(at)) if (existsSync(join(at, '.git'))) return at;
  return folder;
}

/** The files in a folder and below it, relative to it; empty without the folder. */
export function filesIn(folder: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
