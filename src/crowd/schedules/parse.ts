import { UserError } from '../../kernel/errors.ts';
import { nearestWord } from '../../kernel/nearest-word.ts';
import { type Defaults, forms } from './forms.ts';
import type { Schedule } from './schedule.ts';
import { pattern } from './text.ts';

/**
 * Reads the text of a schedule, such as `ramp 0..50 for 60s`; `forms.ts` says how each kind is written. Words
 * in brackets may be left out. Throws a UserError that names the text, the rule and the choices.
 */
export function parseSchedule(text: string, defaults: Defaults): Schedule {
  const [name = '', ...rest] = text.trim().toLowerCase().split(/\s+/);
  if (!Object.hasOwn(forms, name)) {
    const choices = Object.values(forms).map(({ example }) => example);
    const meant = nearestWord(name, Object.keys(forms));
    const hint = meant === undefined ? '' : ` Did you mean "${meant}"?`;
    throw new UserError(`Unknown schedule "${text}".${hint} Use one of: ${choices.join('; ')}.`);
  }
  const { usage, example, read } = forms[name as Schedule['kind']];
  const found = pattern(usage).exec(rest.map((word) => ` ${word}`).join(''));
  if (found === null) {
    throw new UserError(`Schedule "${text}" is not written as "${name} ${usage}". An example: ${example}.`);
  }
  try {
    return read(found.groups ?? {}, defaults);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`Schedule "${text}" cannot run. ${error.message}`, { cause: error });
  }
}
