import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { UserError } from '../../../src/kernel/errors.ts';
import { type ProgramName, programNames } from './programs.ts';

export interface TortureOptions {
  readonly count: number;
  readonly seed: string;
  readonly only: ProgramName | undefined;
  readonly lanes: number;
  /** The only case of the plan that is run. */
  readonly case: number | undefined;
}

const MOST_KILLS = 10_000;
const MOST_LANES = 64;
const DEFAULT_KILLS = 20;

const USAGE = `Usage: npm run torture [-- N] [--seed S] [--only ${programNames.join('|')}] [--lanes L] [--case K]`;

/** @throws {UserError} that names all mistakes at once */
export function readOptions(args: readonly string[], newSeed: () => string): TortureOptions {
  const { values, positionals } = parsed(args);
  const mistakes: string[] = [];
  const whole = (name: string, text: string | undefined, most: number): number | undefined => {
    if (text === undefined) return undefined;
    if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= most) return Number(text);
    mistakes.push(`${name} is "${text}", but must be a whole number from 1 to ${most}`);
    return undefined;
  };
  const only = programNames.find((name) => name === values.only);
  if (values.only !== undefined && only === undefined)
    mistakes.push(`--only is "${values.only}", but must be one of: ${programNames.join(', ')}`);
  if (positionals.length > 1)
    mistakes.push(`there are ${positionals.length} numbers of kills, but only one is allowed`);
  const asked = whole('the number of kills', positionals[0], MOST_KILLS);
  const one = whole('--case', values.case, MOST_KILLS);
  const lanes = whole('--lanes', values.lanes, MOST_LANES) ?? availableParallelism();
  if (mistakes.length > 0) throw new UserError(`${sentence(mistakes)}\n${USAGE}`);
  const count = Math.max(asked ?? DEFAULT_KILLS, one ?? 1);
  return { count, seed: values.seed ?? newSeed(), only, lanes: one === undefined ? lanes : 1, case: one };
}

function parsed(args: readonly string[]) {
  const option = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: { seed: option, only: option, lanes: option, case: option },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UserError(`${(error as Error).message}\n${USAGE}`);
  }
}

function sentence(mistakes: readonly string[]): string {
  const text = `${mistakes.join('; ')}.`;
  return text[0]!.toUpperCase() + text.slice(1);
}
