import { resolve } from 'node:path';
import { commandNamed } from '../../../scripts/catalogue/commands.mjs';
import { helpOf } from '../../../scripts/catalogue/help.mjs';
import type { Command, CommandIo } from '../../kernel/command.ts';
import { commandWith } from '../../kernel/command-arguments.ts';
import { UserError } from '../../kernel/errors.ts';
import type { Language } from '../examples/language.ts';
import { apply } from '../writing/apply.ts';
import { changesIn } from '../writing/plan.ts';
import { Asker } from './asker.ts';
import { makePlan, type Planned } from './make-plan.ts';
import { nextSteps } from './next-steps.ts';
import { install, missingPackages } from './packages.ts';
import { answersFor } from './questions.ts';
import { shownPlan } from './shown-plan.ts';
import { lookAt } from './surroundings.ts';

type Flags = ReadonlySet<string>;

import { refuseTakenNames } from './taken-names.ts';

/** `npx fullhouse init`: writes what a team's repository needs for its own runs. */
export const main: Command = (args, io) => initIn(resolve('.'))(args, io);

/** The same for any folder. */
export const initIn = (folder: string): Command =>
  commandWith({
    name: 'npx fullhouse init',
    usage: helpOf(commandNamed('fullhouse init')!),
    options: ['service', 'contract', 'openapi'],
    flags: ['typescript', 'javascript', 'workflow', 'no-workflow', 'yes', 'dry-run', 'no-install'],
    async run({ options, flags }, io) {
      const around = lookAt(folder);
      await refuseTakenNames(around);
      const asker = new Asker(io, flags.has('yes'));
      const given = {
        ...options,
        language: languageOf(flags),
        hasWorkflow: oneOf(flags, 'workflow', 'no-workflow'),
      };
      const answers = await answersFor(given, around, asker);
      const planned = makePlan(answers, around);
      const packages = missingPackages(answers, folder);
      io.out(shownPlan(planned));
      if (flags.has('dry-run')) {
        await install({ packages, folder, isSkipped: true }, io);
        io.out('Nothing is written, because of --dry-run.');
        return 0;
      }
      if (!(await mayWrite(planned, asker, io))) return 1;
      apply(planned, folder, 'npx fullhouse init');
      io.out(writtenText(planned));
      await install({ packages, folder, isSkipped: flags.has('no-install') }, io);
      io.out(nextSteps(answers, planned));
      return 0;
    },
  });

function languageOf(flags: Flags): Language | undefined {
  const isTypeScript = oneOf(flags, 'typescript', 'javascript');
  if (isTypeScript === undefined) return undefined;
  return isTypeScript ? 'TypeScript' : 'JavaScript';
}

/** Which of two opposite flags is given. @throws {UserError} if both are */
function oneOf(flags: Flags, yes: string, no: string): boolean | undefined {
  if (flags.has(yes) && flags.has(no)) throw new UserError(`Use --${yes} or --${no}, not both.`);
  return flags.has(yes) ? true : flags.has(no) ? false : undefined;
}

/** Existing files are changed only after an answer, or with --yes. */
async function mayWrite(planned: Planned, asker: Asker, io: CommandIo): Promise<boolean> {
  const isAccepted = changesIn(planned).length === 0 || (await asker.confirm('Change these files?'));
  if (asker.isUnanswered) {
    io.err('Nothing is written: no terminal answered the questions. Use --yes to write this.');
    return false;
  }
  if (!isAccepted) io.out('Nothing is written.');
  return isAccepted;
}

function writtenText({ steps }: Planned): string {
  if (steps.length === 0) return 'This folder is set up already. Nothing is written.\n';
  const files = steps.filter(({ kind }) => kind === 'new').length;
  const changed = steps.length - files;
  const changes = changed === 0 ? '' : `, and changed ${changed} ${changed === 1 ? 'file' : 'files'}`;
  return `Wrote ${files} ${files === 1 ? 'file' : 'files'}${changes}.\n`;
}
