import { readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { nearestWord, UserError } from '../../kernel/errors.ts';
import { fileFailure } from '../../kernel/file-failure.ts';
import { packageFolder, projectFolder } from '../../kernel/folders.ts';
import { parseWrittenJson } from '../../kernel/json.ts';
import { readText, UnreadableFile } from '../../kernel/text-file.ts';
import { mistakesIn } from '../settings.ts';
import type { NetworkProfile } from './profile.ts';
import { profileFileSchema, readLoss } from './schema.ts';

/** A folder of this name has one JSON file for each profile; the file name is the name of the profile. */
const FOLDER = 'network-profiles';

/** A profile has a few lines, so a larger file is not a profile. */
const MOST_BYTES = 1024 * 1024;

/** The profiles of the project come first, so they replace those of fullhouse with the same name. */
function profileFolders(): string[] {
  return [...new Set([projectFolder(), packageFolder].map((folder) => join(resolve(folder), FOLDER)))];
}

/**
 * The profile of this name or alias, from the first folder that has it.
 * @throws {UserError} with the valid names, or the mistakes in the file
 */
export function loadProfile(name: string, folders: readonly string[] = profileFolders()): NetworkProfile {
  for (const folder of folders) {
    if (fileNames(folder).includes(name)) return readProfile(name, folder);
    const profile = aliases(folder).get(name);
    if (profile) return profile;
  }
  const known = profileNames(folders);
  const meant = nearestWord(name, known);
  const hint = meant === undefined ? '' : `Did you mean "${meant}"? `;
  throw new UserError(`Unknown network profile "${name}". ${hint}Use one of: ${known.join(', ')}.`);
}

/** Every name that `loadProfile` knows, aliases included. */
export function profileNames(folders: readonly string[] = profileFolders()): string[] {
  return [...new Set(folders.flatMap((folder) => [...fileNames(folder), ...aliases(folder).keys()]))].sort();
}

/** A warning for each file of the project that replaces a profile of fullhouse; it reads only the names of files. */
export function replacedProfiles([project, own]: readonly string[] = profileFolders()): string[] {
  if (project === undefined || own === undefined) return [];
  const standard = new Set([...fileNames(own), ...aliases(own).keys()]);
  return fileNames(project)
    .filter((name) => standard.has(name))
    .map((name) => {
      const file = relative(process.cwd(), join(project, `${name}.json`));
      return `${file} replaces the network profile "${name}" of fullhouse.`;
    });
}

/** Empty for a folder that does not exist: a project needs no own profiles. */
function fileNames(folder: string): string[] {
  return filesIn(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
}

/** @throws {FileFailure} */
function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw fileFailure('read', folder, error);
  }
}

function aliases(folder: string): Map<string, NetworkProfile> {
  const names = fileNames(folder);
  const found = new Map<string, NetworkProfile>();
  for (const profile of names.map((name) => readProfile(name, folder))) {
    for (const alias of profile.aliases) {
      const owner = names.includes(alias) ? alias : found.get(alias)?.name;
      if (owner !== undefined) {
        throw new UserError(
          `${relative(process.cwd(), join(folder, `${profile.name}.json`))}: the alias "${alias}" already belongs to ${owner}. Use another alias.`,
        );
      }
      found.set(alias, profile);
    }
  }
  return found;
}

function readProfile(name: string, folder: string): NetworkProfile {
  const path = join(folder, `${name}.json`);
  const content = parsed(path);
  const mistakes = mistakesIn(profileFileSchema, content);
  if (mistakes.length > 0)
    throw new UserError(
      mistakes.map((mistake) => `${relative(process.cwd(), path)}: ${mistake}.`).join('\n'),
    );
  const {
    $schema: _,
    oneWayMs,
    loss,
    jitterMs = 0,
    aliases = [],
    ...rest
  } = profileFileSchema.parse(content);
  const { rttMs = 2 * (oneWayMs ?? 0) } = rest;
  return { ...rest, name, aliases, rttMs, jitterMs, ...(loss && { loss: readLoss(loss) }) };
}

function parsed(path: string): unknown {
  try {
    return parseWrittenJson(readText(path, MOST_BYTES));
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof UnreadableFile)) throw cause;
    throw new UserError(`${relative(process.cwd(), path)}: ${cause.message}.`, { cause });
  }
}
