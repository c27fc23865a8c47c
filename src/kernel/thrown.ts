import { join, relative, sep } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { UserError } from './errors.ts';
import { packageFolder } from './folders.ts';
import { framesOf } from './stack-frames.ts';

/** The folders of fullhouse's own code: places in it are no help to a user. */
const OWN = ['src', 'fixtures'].map((folder) => join(packageFolder, folder, sep));

/**
 * The first place of an error in the code of the user, relative to the working folder: `faults/blackout.ts:12`.
 * Undefined if the error was thrown elsewhere.
 */
export function placeOf(error: unknown): string | undefined {
  return error instanceof Error && typeof error.stack === 'string' ? placeIn(error.stack) : undefined;
}

/** The same for the stack of an error. */
export function placeIn(stack: string): string | undefined {
  const place = framesOf(stripVTControlCharacters(stack)).find(
    ({ file }) =>
      !file.includes(`${sep}node_modules${sep}`) && !OWN.some((folder) => file.startsWith(folder)),
  );
  return place && `${relative(process.cwd(), place.file)}:${place.line}`;
}

/** What code of the user threw, as a clause with its place: `threw "no such level" (faults/blackout.ts:12)`. */
export function thrown(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const [first = ''] = stripVTControlCharacters(text).split('\n');
  const place = placeOf(error);
  return `threw ${JSON.stringify(first)}${place === undefined ? '' : ` (${place})`}`;
}

/** Adds the place of the call in the code of the user to each line of a refusal. @throws {UserError} */
export function refusedWithPlace<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    // The caller of this function is still on the stack.
    const place = error instanceof UserError ? placeOf(new Error('for its stack')) : undefined;
    if (place === undefined) throw error;
    throw new UserError((error as UserError).message.replace(/^/gm, `${place}: `), { cause: error });
  }
}
