import { parseArgs } from 'node:util';
import type { Command, CommandIo } from './command.ts';
import { UserError, wordHint } from './errors.ts';

interface Given {
  /** The options with a value, by their names without `--`. */
  readonly options: Readonly<Record<string, string | undefined>>;
  /** The given options without a value. */
  readonly flags: ReadonlySet<string>;
  readonly files: readonly string[];
}

interface CommandSpec {
  /** What people type, such as `npx fullhouse contract check`. */
  readonly name: string;
  /** Printed with `--help`. Without it, only `npx fullhouse` answers `--help`, from its catalogue. */
  readonly usage?: string;
  /** The names of its options with a value, without `--`. */
  readonly options?: readonly string[];
  /** The names of its options without a value. */
  readonly flags?: readonly string[];
  /** Usually 0. */
  readonly mostFiles?: number;
  run(given: Given, io: CommandIo): Promise<number> | number;
}

/** A command that reads its options and files. */
export function commandWith(spec: CommandSpec): Command {
  return async (args, io) => {
    const { isHelp, ...given } = readArguments(args, spec);
    const { usage, mostFiles = 0 } = spec;
    if (isHelp && usage !== undefined) {
      io.out(usage);
      return 0;
    }
    const [tooMany] = given.files.slice(mostFiles);
    if (tooMany !== undefined)
      throw new UserError(
        `Unexpected argument "${tooMany}".${usage === undefined ? ` See \`${spec.name} --help\`.` : `\n${usage}`}`,
      );
    return spec.run(given, io);
  };
}

/** @throws {UserError} that names the nearest option */
function readArguments(
  args: readonly string[],
  { name: command, options: names = [], flags: flagNames = [] }: CommandSpec,
): Given & { isHelp: boolean } {
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: {
      ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
      ...Object.fromEntries(flagNames.map((name) => [name, { type: 'boolean' as const }])),
      help: { type: 'boolean', short: 'h' },
    },
  });
  const options: Record<string, string> = {};
  const flags = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== 'option' || token.name === 'help') continue;
    if (flagNames.includes(token.name)) {
      if (token.value !== undefined) throw new UserError(`${token.rawName} takes no value.`);
      flags.add(token.name);
      continue;
    }
    if (!names.includes(token.name)) {
      const known = [...names, ...flagNames, 'help'].map((name) => `--${name}`);
      throw new UserError(unknownWord(token.rawName, known, command));
    }
    if (token.value === undefined)
      throw new UserError(`${token.rawName} needs a value. See \`${command} --help\`.`);
    options[token.name] = token.value;
  }
  return {
    options,
    flags,
    files: tokens.flatMap((token) => (token.kind === 'positional' ? token.value : [])),
    isHelp: tokens.some((token) => token.kind === 'option' && token.name === 'help'),
  };
}

/** A command that only has sub-commands: the first word selects one, and the rest goes to it. */
export function commandOf(
  name: string,
  about: string,
  commands: Readonly<Record<string, { summary: string; main: Command }>>,
): Command {
  const names = Object.keys(commands);
  const width = Math.max(...names.map((one) => one.length));
  const usage = [
    `Usage: ${name} COMMAND\n\n${about}\n\nCommands:`,
    ...names.map((one) => `  ${one.padEnd(width)}  ${commands[one]!.summary}`),
    `\n\`${name} COMMAND --help\` explains one of them.`,
  ].join('\n');
  return async ([word, ...rest], io) => {
    if (word === '--help' || word === '-h') {
      io.out(usage);
      return 0;
    }
    if (word === undefined) throw new UserError(usage);
    if (!names.includes(word)) throw new UserError(unknownWord(word, names, name));
    return commands[word]!.main(rest, io);
  };
}

/** A word that a command does not know, with the nearest one that it knows. */
export function unknownWord(word: string, known: readonly string[], command: string): string {
  return `\`${command}\` does not know "${word}". ${wordHint(word, known)}`;
}
