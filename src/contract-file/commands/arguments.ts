import { parseArgs } from 'node:util';
import { UserError } from '../../kernel/errors.ts';
import { wordHint } from '../../kernel/nearest-word.ts';

interface Read {
  readonly options: Readonly<Record<string, string | undefined>>;
  readonly files: readonly string[];
  readonly isHelp: boolean;
}

/**
 * The options with a value and the files of a command. @throws {UserError} that names the nearest option
 * @param names of the options, without `--`
 */
export function readArguments(args: readonly string[], command: string, names: readonly string[]): Read {
  const known = [...names, 'help'];
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: optionsOf(names),
  });
  const options: Record<string, string> = {};
  const files: string[] = [];
  let isHelp = false;
  for (const token of tokens) {
    if (token.kind === 'positional') files.push(token.value);
    if (token.kind !== 'option') continue;
    if (token.name === 'help') isHelp = true;
    else if (!known.includes(token.name))
      throw new UserError(
        unknownWord(
          token.rawName,
          known.map((name) => `--${name}`),
          command,
        ),
      );
    else if (token.value === undefined)
      throw new UserError(`${token.rawName} needs a value. See \`${command} --help\`.`);
    else options[token.name] = token.value;
  }
  return { options, files, isHelp };
}

function optionsOf(names: readonly string[]) {
  return {
    ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
    help: { type: 'boolean' as const, short: 'h' },
  };
}

/** A word that a command does not know, with the nearest one that it knows. */
export function unknownWord(word: string, known: readonly string[], command: string): string {
  return `\`${command}\` does not know "${word}". ${wordHint(word, known)}`;
}
