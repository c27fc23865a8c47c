import { nearestWord, UserError } from '../../kernel/errors.ts';
import type { Defaults } from './kind.ts';
import { kindNamed, kindNames, type Schedule } from './schedule.ts';
import { pattern } from './text.ts';

/**
 * Reads the text of a schedule, such as `ramp 0..50 for 60s`. The words in brackets in its usage are optional.
 * Throws a UserError that names the text, the rule and the choices.
 */
export function parseSchedule(text: string, defaults: Defaults): Schedule {
  const [name = '', ...rest] = text.trim().toLowerCase().split(/\s+/);
  const kind = kindNamed(name);
  if (kind === undefined) {
    const choices = kindNames().map((known) => kindNamed(known)!.example);
    const meant = nearestWord(name, kindNames());
    const hint = meant === undefined ? '' : ` Did you mean "${meant}"?`;
    throw new UserError(`Unknown schedule "${text}".${hint} Use one of: ${choices.join('; ')}.`);
  }
  const { usage, example } = kind;
  const found = pattern(usage).exec(rest.map((word) => ` ${word}`).join(''));
  if (found === null) {
    throw new UserError(`Schedule "${text}" is not written as "${name} ${usage}". An example: ${example}.`);
  }
  try {
    return kind.parse(found.groups ?? {}, defaults);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`Schedule "${text}" cannot run. ${error.message}`, { cause: error });
  }
}
