import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { commandNamed } from '../../../scripts/catalogue/commands.mjs';
import { helpOf } from '../../../scripts/catalogue/help.mjs';
import { commandWith, unknownWord } from '../../kernel/command-arguments.ts';
import { UserError } from '../../kernel/errors.ts';
import { guide, projectFolder } from '../../kernel/folders.ts';
import { openProject } from '../../project/open-project.ts';
import type { Phase } from '../examples/standard-specs.ts';
import { apply } from '../writing/apply.ts';
import type { NewFile } from '../writing/plan.ts';
import { standardFiles } from '../writing/standard-files.ts';
import { hasFolder, type Kind, kinds } from './kinds.ts';
import { type Project, projectOf } from './project.ts';

const NAME = 'npx fullhouse new';
const usage = helpOf(commandNamed('fullhouse new')!);

/** `npx fullhouse new KIND NAME`: writes a file that works at once, and prints what uses it. */
export const main = commandWith({
  name: NAME,
  usage,
  mostFiles: 2,
  async run({ files: [kind, name] }, io) {
    refuseWords(kind, name);
    const project = projectOf(projectFolder(), await openProject());
    writeNew({ kind, name, project }, (line) => io.out(line));
    return 0;
  },
});

interface New {
  readonly kind: string | undefined;
  readonly name: string | undefined;
  readonly project: Project;
}

/** @throws {UserError} if a word is wrong, the file exists, or it cannot be written */
export function writeNew({ kind, name, project }: New, say: (line: string) => void): void {
  const { chosen, plain } = refuseWords(kind, name);
  const path = chosen.path(plain, project);
  if (existsSync(join(project.folder, path)))
    throw new UserError(`${path} exists already, and was not changed. Use another name, or remove the file.`);
  const others = standardBeside(chosen.phase, project);
  const file: NewFile = { kind: 'new', path, text: chosen.text(plain, project), about: path };
  apply({ steps: [file, ...others] }, project.folder, `${NAME} ${kind} ${name}`);
  say(`Wrote ${path}. It works as it is; change it, then use it:`);
  for (const line of chosen.next(plain, project)) say(`  ${line}`);
  if (others.length > 0)
    say(
      `${project.testDir}/${chosen.phase}/ now decides what the phase runs, so it also has the ${others.length === 1 ? 'test' : `${others.length} tests`} of\nfullhouse, one line each. Remove what you do not need.`,
    );
  say(`${guide(chosen.explained)} explains the parts.`);
}

/** @throws {UserError} for an unknown kind, and for what cannot be the name of a file and of what it holds */
function refuseWords(kind: string | undefined, name: string | undefined) {
  if (kind === undefined || name === undefined) throw new UserError(usage);
  const known = Object.keys(kinds);
  if (!known.includes(kind)) throw new UserError(unknownWord(kind, known, NAME));
  const chosen = kinds[kind as Kind];
  // Users also write the name of the file.
  const plain = name.replace(/(\.spec)?\.(ts|m?js|json)$/, '');
  if (/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(plain) && plain.length <= 60) return { chosen, plain };
  throw new UserError(
    `"${name}" is not a name for a ${kind}. Use small letters, digits and hyphens, such as ${chosen.example}.`,
  );
}

/** A phase with a folder in the project runs only the files of this folder. */
function standardBeside(phase: Phase | undefined, project: Project): NewFile[] {
  if (phase === undefined || hasFolder(phase, project)) return [];
  return standardFiles(phase, project.testDir, project.ending);
}
