import { accessSync, constants, lstatSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { UserError } from './errors.ts';

interface Cause {
  /** Completes "… could not be written: ". */
  readonly why: string;
  readonly hint: string;
}

const noRight: Cause = {
  why: 'this user has no permission',
  hint: 'Give the permission, or run as the owner of the folder.',
};
const fullDisk: Cause = { why: 'no space is left on its disk', hint: 'Free some space.' };
const noFolder: Cause = {
  why: 'a part of its path is a file, not a folder',
  hint: 'Move that file away, or use another folder.',
};
const noDescriptor: Cause = {
  why: 'no file descriptor is left',
  hint: 'Raise the limit of open files (ulimit -n).',
};

/** By the codes of the operating system. The user of the machine can change each of them. */
const causes: Readonly<Record<string, Cause>> = {
  ENOSPC: fullDisk,
  EDQUOT: { why: 'the disk quota of this user is used up', hint: 'Free some space, or raise the quota.' },
  EROFS: {
    why: 'its file system is read-only',
    hint: 'Mount it writable, or start the run from a checkout that can be written.',
  },
  EACCES: noRight,
  EPERM: noRight,
  ENOTDIR: noFolder,
  EEXIST: noFolder,
  EISDIR: { why: 'a folder has this name', hint: 'Move that folder away.' },
  ENOENT: {
    why: 'its folder does not exist, or is a link that leads nowhere',
    hint: 'Create the folder, or remove the link.',
  },
  ELOOP: { why: 'its path is a link that leads to itself', hint: 'Remove the link.' },
  ENAMETOOLONG: { why: 'its path is too long', hint: 'Use a folder with a shorter path.' },
  EMFILE: noDescriptor,
  ENFILE: noDescriptor,
  EIO: { why: 'its disk reported an error', hint: 'Look at the log of the system, and replace the disk.' },
};

/** A file that could not be written or read, for a reason outside of this program: one sentence, and what to do. */
export class FileFailure extends UserError {
  readonly path: string;
  readonly why: string;
  /** The same for all files that fail for one reason. */
  readonly hint: string;

  constructor(act: 'written' | 'read', path: string, cause: Cause & { readonly error: unknown }) {
    const { why, hint, error } = cause;
    super(`${shown(path)} could not be ${act}: ${why} (${codeOf(error)}). ${hint}`, { cause: error });
    this.path = path;
    this.why = `${why} (${codeOf(error)})`;
    this.hint = hint;
  }
}

/** The error as a sentence about this file, where the system gave a reason; any other error unchanged. */
export function fileFailure(act: 'written' | 'read', path: string, error: unknown): unknown {
  const known = act === 'written' && codeOf(error) === 'ENOENT' ? (unwritableAbove(path) ?? error) : error;
  const cause = causes[codeOf(known) ?? ''];
  return cause === undefined || error instanceof FileFailure
    ? error
    : new FileFailure(act, path, { ...cause, error: known });
}

/** Node reports ENOENT when it could not make a folder, for any reason. The folder above shows the reason. */
function unwritableAbove(path: string): unknown {
  const folder = dirname(path);
  if (folder === path) return undefined;
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) return unwritableAbove(folder);
  try {
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** For `catch`: returns the failure of a file, to be reported later; throws any other error again. */
export function onlyFileFailure(error: unknown): FileFailure {
  if (error instanceof FileFailure) return error;
  throw error;
}

/**
 * The message of Playwright or a library about a file that it could not write, as one sentence; undefined for any other
 * message. Their errors often do not name the file.
 */
export function unwrittenText(message: string): string | undefined {
  const [, code = ''] = /\b(E[A-Z]{3,}): /.exec(message) ?? [];
  const cause = causes[code];
  if (cause === undefined) return undefined;
  const [, path = undefined] =
    /Failed to write report (.+?): /.exec(message) ?? /'([^']+)'\s*$/.exec(message.split('\n', 1)[0]!) ?? [];
  const what = path === undefined ? "A file of Playwright's reports" : shown(path);
  return `${what} could not be written: ${cause.why} (${code}). ${cause.hint}`;
}

/** One sentence with the files for each reason; then the first lines of failures of other kinds. */
export function groupedFailures(errors: readonly unknown[]): string[] {
  const files = errors.filter((error) => error instanceof FileFailure);
  // One reason may have two codes: a folder that cannot be made, and a file in it that cannot be written.
  const remedies = [...new Set(files.map(({ hint }) => hint))];
  const others = errors.filter((error) => !(error instanceof FileFailure)).map(firstLine);
  const sentences = remedies.map((remedy) => sentence(files.filter(({ hint }) => hint === remedy)));
  return [...new Set([...sentences, ...others])];
}

function sentence(failures: readonly FileFailure[]): string {
  const paths = [...new Set(failures.map(({ path }) => path))];
  const [{ message, why, hint }] = failures as [FileFailure];
  if (paths.length === 1) return message;
  const folder = commonFolder(paths);
  const names = paths.map((path) => path.slice(folder.length)).join(', ');
  return `${paths.length} files in ${shown(folder)} could not be written: ${why}. ${hint} The files: ${names}.`;
}

/** With the slash at its end. */
function commonFolder(paths: readonly string[]): string {
  let folder = dirname(paths[0]!);
  while (!paths.every((path) => path.startsWith(`${folder}/`))) folder = dirname(folder);
  return folder === '/' ? folder : `${folder}/`;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!;
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** The path for people: relative inside the working folder, otherwise in full. */
function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return near === '' || near.startsWith('..') ? path : near;
}
