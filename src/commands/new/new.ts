import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commandNamed } from '../../../scripts/catalogue/commands.mjs';
import { helpOf } from '../../../scripts/catalogue/help.mjs';
import { checkout } from '../../kernel/checkout.ts';
import { commandWith, unknownWord } from '../../kernel/command-arguments.ts';
import { UserError } from '../../kernel/errors.ts';
import { fileFailure } from '../../kernel/file-failure.ts';
import { type Kind, kinds } from './kinds.ts';

const NAME = 'npx fullhouse new';
const usage = helpOf(commandNamed('fullhouse new')!);

/** `npx fullhouse new KIND NAME`: writes a file that works at once, and prints the command that uses it. */
export const main = commandWith({
  name: NAME,
  usage,
  mostFiles: 2,
  run({ files: [kind, name] }, io) {
    writeNew({ kind, name, folder: checkout }, (line) => io.out(line));
    return 0;
  },
});

interface New {
  readonly kind: string | undefined;
  readonly name: string | undefined;
  /** The folder of the project. */
  readonly folder: string;
}

/** @throws {UserError} if a word is wrong, the file exists, or it cannot be written */
export function writeNew({ kind, name, folder }: New, say: (line: string) => void): void {
  if (kind === undefined || name === undefined) throw new UserError(usage);
  const known = Object.keys(kinds);
  if (!known.includes(kind)) throw new UserError(unknownWord(kind, known, NAME));
  const chosen = kinds[kind as Kind];
  // Users also write the name of the file.
  const plain = name.replace(/(\.spec)?\.(ts|json)$/, '');
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(plain) || plain.length > 60)
    throw new UserError(
      `"${name}" is not a name for a ${kind}. Use small letters, digits and hyphens, such as ${chosen.example}.`,
    );
  const path = chosen.path(plain);
  const file = join(folder, path);
  const text = chosen.text(plain);
  try {
    mkdirSync(dirname(file), { recursive: true });
    // Fails if the file exists, also if another process has just written it.
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    // A part of the path may exist as a file: then the file itself does not.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && existsSync(file))
      throw new UserError(
        `${path} exists already, and was not changed. Use another name, or remove the file.`,
      );
    throw fileFailure('written', file, error);
  }
  say(`Wrote ${path}. It works as it is; change it, then run it:`);
  say(`  ${chosen.next(plain)}`);
  say(`${chosen.explained} explains the parts.`);
}
