import { UserError } from '../../kernel/errors.ts';

export interface Rule {
  readonly text: string;
  readonly holds: (value: number) => boolean;
}

export const aboveZero: Rule = { text: 'a number above 0', holds: (value) => value > 0 };
export const zeroOrMore: Rule = { text: 'a number of 0 or more', holds: (value) => value >= 0 };
export const countOfOneOrMore: Rule = {
  text: 'a whole number of 1 or more',
  holds: (value) => Number.isSafeInteger(value) && value >= 1,
};
export const countOfZeroOrMore: Rule = {
  text: 'a whole number of 0 or more',
  holds: (value) => Number.isSafeInteger(value) && value >= 0,
};

/** A sentence part for each value that breaks its rule; infinity and NaN break every rule. */
export function brokenRules<Name extends string>(
  values: Record<NoInfer<Name>, number>,
  rules: Record<Name, Rule>,
): string[] {
  return (Object.keys(rules) as Name[])
    .filter((name) => !Number.isFinite(values[name]) || !rules[name].holds(values[name]))
    .map((name) => `${name} is ${String(values[name])}, but must be ${rules[name].text}`);
}

/** Throws one UserError that names every mistake. */
export function refuse(kind: string, mistakes: readonly string[]): void {
  if (mistakes.length > 0) throw new UserError(`Schedule ${kind}: ${mistakes.join('; ')}.`);
}
