import { UserError, wordHint } from '../kernel/errors.ts';
import { refusedWithPlace } from '../kernel/thrown.ts';
import type { Fault, Plan } from './plan.ts';

const PLAN = {
  steady: 'required',
  fault: 'required',
  recoverWithinMs: 'required',
  checks: 'required',
  steadyWithinMs: 'optional',
  before: 'optional',
  afterwards: 'optional',
  settleMs: 'optional',
  whenSettled: 'optional',
  compare: 'optional',
  findings: 'optional',
} as const satisfies Record<keyof Plan, string>;

const FAULT = {
  damage: 'required',
  inject: 'required',
  undo: 'optional',
  during: 'optional',
  prove: 'optional',
  heal: 'optional',
  lastsUntilSteady: 'optional',
} as const satisfies Record<keyof Fault, string>;

/** Refuses what a plan cannot have: a misspelt name would be ignored. @throws {UserError} with the place of the call */
export function refusePlan(plan: Plan): void {
  refusedWithPlace(() => {
    refuseUnknownOptions('experiment.run', plan, PLAN);
    // Faults that follow one another may be made while the experiment runs.
    if (!(Symbol.iterator in Object(plan.fault)))
      refuseUnknownOptions('experiment.run: fault', plan.fault, FAULT);
  });
}

/**
 * Refuses what the types of a function forbid: plain JavaScript may give anything.
 * @param name of the function, for the message: `loadTest`
 * @param known each option, and whether it is required
 * @throws {UserError} with a line for each mistake
 */
function refuseUnknownOptions(
  name: string,
  given: unknown,
  known: Readonly<Record<string, 'required' | 'optional'>>,
): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new UserError(`${name} takes an object of options: ${Object.keys(known).join(', ')}.`);
  const unknown = Object.keys(given).filter((option) => !Object.hasOwn(known, option));
  const missing = Object.keys(known).filter(
    (option) => known[option] === 'required' && (given as Record<string, unknown>)[option] === undefined,
  );
  const mistakes = [
    ...unknown.map((option) => `"${option}" is not an option. ${wordHint(option, Object.keys(known))}`),
    ...missing.map((option) => `the option "${option}" is missing.`),
  ];
  if (mistakes.length > 0) throw new UserError(mistakes.map((mistake) => `${name}: ${mistake}`).join('\n'));
}
