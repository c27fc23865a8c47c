import type { Command } from '../kernel/command.ts';
import { UserError } from '../kernel/errors.ts';
import { phaseArguments, runPhase } from './run-phase.ts';

const NAME = 'npx fullhouse soak';

/** `npx fullhouse soak [2h]`: rounds of a crowd for hours; does the service stay stable? */
export const main: Command = async (args, io) => {
  const { settings, words, others } = phaseArguments(NAME, args, {
    for: 'SOAK_FOR',
    rounds: 'SOAK_ROUNDS',
    memory: 'SOAK_MEMORY_LIMIT',
  });
  const [time, another] = words;
  if (time !== undefined && !/^\d/.test(time))
    throw new UserError(`\`${NAME}\` needs a time, such as 2h or 30min, and got "${time}".`);
  if (another !== undefined || (time !== undefined && settings.SOAK_FOR !== undefined)) {
    const other = another ?? settings.SOAK_FOR;
    throw new UserError(`\`${NAME}\` needs one time, and got "${time}" and "${other}". Leave one out.`);
  }
  const chosen = time === undefined ? {} : { SOAK_FOR: time };
  return runPhase('soak', { ...settings, ...chosen }, others, io);
};
