import type { Command } from '../../kernel/command.ts';
import { UserError } from '../../kernel/errors.ts';
import { unknownWord } from './arguments.ts';

export interface SubCommand {
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  readonly main: Command;
}

/** A command that only has sub-commands: the first word selects one, and the rest goes to it. */
export function commandOf(name: string, about: string, commands: readonly SubCommand[]): Command {
  const width = Math.max(...commands.map((one) => one.name.length));
  const usage = [
    `Usage: ${name} COMMAND`,
    '',
    about,
    '',
    'Commands:',
    ...commands.map((one) => `  ${one.name.padEnd(width)}  ${one.summary}`),
    '',
    `\`${name} COMMAND --help\` explains one of them.`,
  ].join('\n');
  return async ([word, ...rest], io) => {
    if (word === '--help' || word === '-h') {
      io.out(usage);
      return 0;
    }
    if (word === undefined) throw new UserError(usage);
    const command = commands.find((one) => one.name === word);
    if (!command)
      throw new UserError(
        unknownWord(
          word,
          commands.map((one) => one.name),
          name,
        ),
      );
    return command.main(rest, io);
  };
}
