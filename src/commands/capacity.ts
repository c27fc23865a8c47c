import { AXES } from '../capacity/axis.ts';
import type { Command } from '../kernel/command.ts';
import { unknownWord } from '../kernel/command-arguments.ts';
import { UserError } from '../kernel/errors.ts';
import { phaseArguments, runPhase } from './run-phase.ts';

const NAME = 'npx fullhouse capacity';

/** `npx fullhouse capacity [users|arrivals|meeting-size]`: searches the highest load that the service holds. */
export const main: Command = async (args, io) => {
  const { settings, words, others } = phaseArguments(NAME, args, {
    limit: 'CAPACITY_LIMIT',
    within: 'CAPACITY_WITHIN',
    for: 'CAPACITY_FOR',
    'at-most': 'CAPACITY_AT_MOST',
    'at-least': 'CAPACITY_AT_LEAST',
  });
  const [axis, another] = words;
  if (axis !== undefined && !AXES.some((one) => one === axis))
    throw new UserError(unknownWord(axis, AXES, NAME));
  if (another !== undefined)
    throw new UserError(
      `\`${NAME}\` raises one load at a time, and got "${axis}" and "${another}". Leave one out.`,
    );
  const chosen = axis === undefined ? {} : { CAPACITY_OF: axis };
  return runPhase('capacity', { ...settings, ...chosen }, others, io);
};
