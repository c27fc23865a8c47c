import {
  chmodSync,
  existsSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../../kernel/errors.ts';
import { fileFailure } from '../../kernel/file-failure.ts';
import { readText } from '../../kernel/text-file.ts';
import type { Addition, NewFile, Plan, Renaming } from './plan.ts';

/**
 * Does what a plan says, file by file. Each file is written completely or not at all.
 * @param command can be started again after a failure
 * @throws {UserError} that names the file that could not be written, and those that were written before
 */
export function apply({ steps }: Pick<Plan, 'steps'>, folder: string, command: string): void {
  const done: string[] = [];
  for (const step of steps) {
    try {
      doStep(step, folder);
    } catch (error) {
      const known = fileFailure('written', join(folder, step.path), error);
      if (!(known instanceof UserError)) throw known;
      throw new UserError(`${known.message}${done.length === 0 ? '' : `\n${rest(done, command)}`}`, {
        cause: error,
      });
    }
    done.push(step.path);
  }
}

function rest(done: readonly string[], command: string): string {
  return `Written before: ${done.join(', ')}. Start \`${command}\` again to complete it.`;
}

function doStep(step: NewFile | Addition | Renaming, folder: string): void {
  const file = join(folder, step.path);
  if (step.kind === 'new') writeNewFile(file, step);
  else if (step.kind === 'added') addLines(file, step);
  else if (existsSync(join(folder, step.to))) throw appeared(step.to);
  else renameSync(file, join(folder, step.to));
}

function writeNewFile(file: string, { path, text }: NewFile): void {
  mkdirSync(dirname(file), { recursive: true });
  if (existsSync(file)) throw appeared(path);
  replace(file, text);
}

function addLines(path: string, { before, lines, path: name }: Addition): void {
  const file = realpathSync(path);
  if (readText(file) !== before)
    throw new UserError(`${name} has changed meanwhile, and stays as it is. Start the command again.`);
  const ended = before === '' || before.endsWith('\n') ? before : `${before}\n`;
  replace(file, `${ended}${lines.join('\n')}\n`, statSync(file).mode);
}

function appeared(path: string): UserError {
  return new UserError(
    `${path} exists already, and stays as it is. Rename or remove it, and start the command again.`,
  );
}

/** A reader sees the old content or the new one, also if this process is killed. */
function replace(file: string, text: string, mode?: number): void {
  const draft = `${file}.${process.pid}.draft`;
  try {
    writeFileSync(draft, text, { flag: 'wx' });
    if (mode !== undefined) chmodSync(draft, mode);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
