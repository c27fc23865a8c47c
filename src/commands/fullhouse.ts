import { callOf, commandNamed, groups } from '../../scripts/catalogue/commands.mjs';
import { asksForHelp, helpOf, overview } from '../../scripts/catalogue/help.mjs';
import type { Command } from '../kernel/command.ts';
import { unknownWord } from '../kernel/command-arguments.ts';
import { nearestWord, UserError } from '../kernel/errors.ts';
import { openProject } from '../project/open-project.ts';

/** The commands of `npx fullhouse`. Each loads only its own modules, so that all of them start quickly. */
export const commands: Readonly<Record<string, () => Promise<{ readonly main: Command }>>> = {
  init: () => import('./init/init.ts'),
  doctor: () => import('./doctor/doctor.ts'),
  settings: () => import('./settings.ts'),
  token: () => import('./token.ts'),
  new: () => import('./new/new.ts'),
  capacity: () => import('./capacity.ts'),
  soak: () => import('./soak.ts'),
  service: () => import('./service.ts'),
  runs: () => import('./runs.ts'),
  report: () => import('../views/remake.ts'),
  allure: () => import('../views/allure/generate.ts'),
  history: () => import('../history/commands/history.ts'),
  compare: () => import('../history/commands/compare.ts'),
  baseline: () => import('../history/commands/baseline.ts'),
  recheck: () => import('../experiments/recheck.ts'),
  merge: () => import('./merge.ts'),
  'alert-test': () => import('../alerts/send-test.ts'),
  contract: () => import('../contract-file/commands/contract.ts'),
};

/** Commands that need no settings of a project, or read its options themselves. */
const withoutProject: readonly string[] = ['init', 'new'];

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
  const entry = commandNamed(`fullhouse ${word}`) ?? (load === undefined ? commandNamed(word) : undefined);
  if (entry !== undefined && asksForHelp(rest)) {
    io.out(helpOf(entry));
    return 0;
  }
  if (load === undefined) throw new UserError(unknownCommand(word));
  if (!withoutProject.includes(word)) await openProject();
  return (await load()).main(rest, io);
};

function unknownCommand(word: string): string {
  const other = commandNamed(word);
  if (other !== undefined) return `\`npx fullhouse\` has no command "${word}". Use: ${callOf(other)}`;
  const own = Object.keys(commands);
  const others = groups.flatMap(({ commands: all }) =>
    all.map(({ name }) => name).filter((name) => !name.startsWith('fullhouse ')),
  );
  const near = nearestWord(word, [...own, ...others]);
  if (near === undefined || own.includes(near)) return unknownWord(word, own, 'npx fullhouse');
  return `\`npx fullhouse\` does not know "${word}". Did you mean \`${callOf(commandNamed(near)!)}\`?`;
}
