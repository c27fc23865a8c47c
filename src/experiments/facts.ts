import { ms, number } from '../kernel/figures.ts';

/** What an experiment states beside its checks: a size, an achieved loss, a recovery time. */
export interface Fact {
  /** The name in reports, such as `recovery time`. */
  readonly name: string;
  /** A list has one value per fault; null and NaN: not measured. */
  readonly value: FactValue | readonly FactValue[];
  /** The unit of each number. Durations, in `ms` or `s`, become figures of the history. */
  readonly unit?: string | undefined;
  /** Printed in place of a value that is null or NaN. */
  readonly ifAbsent?: string | undefined;
}
export type FactValue = number | string | null;

/** The fact under this name is the time until the steady state held again. */
export const RECOVERY_TIME = 'recovery time';

/** The value of a fact as reports print it: 1234 in ms is `1234 ms`. */
export function factText({ value, unit, ifAbsent = 'not measured' }: Omit<Fact, 'name'>): string {
  const text = (one: FactValue) => {
    if (one === null || (typeof one === 'number' && !Number.isFinite(one))) return ifAbsent;
    return typeof one === 'number' ? inUnit(one, unit) : one;
  };
  return [value].flat().map(text).join(', ');
}

function inUnit(value: number, unit: string | undefined): string {
  if (unit === 'ms') return ms(value);
  return unit === undefined ? number(value) : `${number(value)} ${unit}`;
}
