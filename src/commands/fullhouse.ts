import { callOf, commandNamed, groups } from '../../scripts/catalogue/commands.mjs';
import { asksForHelp, helpOf, overview } from '../../scripts/catalogue/help.mjs';
import type { Command } from '../kernel/command.ts';
import { unknownWord } from '../kernel/command-arguments.ts';
import { nearestWord, UserError } from '../kernel/errors.ts';

/** The commands of `npx fullhouse`. Each loads only its own modules, so that all of them start quickly. */
const commands: Readonly<Record<string, () => Promise<{ readonly main: Command }>>> = {
  doctor: () => import('./doctor/doctor.ts'),
  settings: () => import('./settings.ts'),
  token: () => import('./token.ts'),
  new: () => import('./new/new.ts'),
  runs: () => import('./runs.ts'),
  compare: () => import('../history/commands/compare.ts'),
  contract: () => import('../contract-file/commands/contract.ts'),
};

/** `npx fullhouse COMMAND` */
export const main: Command = async ([word, ...rest], io) => {
  if (word === '--help' || word === '-h' || (word === 'help' && rest.length === 0)) {
    io.out(overview());
    return 0;
  }
  if (word === undefined) throw new UserError(overview());
  // `npx fullhouse help runs`
  if (word === 'help') return main([...rest, '--help'], io);
  const load = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (load === undefined) throw new UserError(unknownCommand(word));
  const entry = commandNamed(`fullhouse ${word}`);
  if (entry !== undefined && asksForHelp(rest)) {
    io.out(helpOf(entry));
    return 0;
  }
  return (await load()).main(rest, io);
};

function unknownCommand(word: string): string {
  const script = commandNamed(word);
  if (script !== undefined)
    return `\`npx fullhouse\` has no command "${word}", but npm has. Use: ${callOf(script)}`;
  const scripts = groups.flatMap(({ commands: all }) => all.map(({ name }) => name));
  const own = Object.keys(commands);
  const near = nearestWord(word, [...own, ...scripts.filter((name) => !name.startsWith('fullhouse '))]);
  if (near === undefined || own.includes(near)) return unknownWord(word, own, 'npx fullhouse');
  return `\`npx fullhouse\` does not know "${word}". Did you mean \`${callOf({ name: near })}\`?`;
}
