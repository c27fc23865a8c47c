import { UserError } from '../../kernel/errors.ts';

export interface Rule {
  readonly text: string;
  readonly holds: (value: number) => boolean;
}

/** More users than one machine can host, because several machines can divide one schedule. */
export const MOST_USERS = 100_000;
/** One day; timers of Node allow 24 days. */
export const LONGEST_MS = 86_400_000;
/** Arrivals per second, at the shortest interval of 0.1 ms. */
const FASTEST_PER_SECOND = 10_000;
export const SHORTEST_INTERVAL_MS = 0.1;

const within = (least: number, most: number) => (value: number) => value >= least && value <= most;
const wholeWithin = (least: number, most: number) => (value: number) =>
  Number.isSafeInteger(value) && within(least, most)(value);
const aDay = `${LONGEST_MS} (a day)`;

export const duration: Rule = {
  text: `a number above 0 and at most ${aDay}`,
  holds: (value) => value > 0 && value <= LONGEST_MS,
};
export const durationOrNone: Rule = { text: `a number from 0 to ${aDay}`, holds: within(0, LONGEST_MS) };
export const interval: Rule = {
  text: `a number from ${SHORTEST_INTERVAL_MS} to ${aDay}`,
  holds: within(SHORTEST_INTERVAL_MS, LONGEST_MS),
};
export const rate: Rule = {
  text: `a number above 0 and at most ${FASTEST_PER_SECOND}`,
  holds: (value) => value > 0 && value <= FASTEST_PER_SECOND,
};
export const rateOrNone: Rule = {
  text: `a number from 0 to ${FASTEST_PER_SECOND}`,
  holds: within(0, FASTEST_PER_SECOND),
};
export const users: Rule = {
  text: `a whole number from 1 to ${MOST_USERS}`,
  holds: wholeWithin(1, MOST_USERS),
};
export const usersOrNone: Rule = {
  text: `a whole number from 0 to ${MOST_USERS}`,
  holds: wholeWithin(0, MOST_USERS),
};

/** Checks the sum of several times against the longest duration. */
export function tooLong(totalMs: number): string[] {
  return totalMs > LONGEST_MS ? [`all times together are ${totalMs} ms, but must be at most ${aDay}`] : [];
}

/** A clause for each value that breaks its rule; infinity and NaN break every rule. */
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
