import { UserError } from '../../kernel/errors.ts';

/** Throws one UserError that names every value which breaks its rule. */
export function checkValues(
  kind: string,
  values: { readonly percents?: Values; readonly durations?: Values; readonly rates?: Values },
): void {
  const mistakes = [
    ...broken(values.percents, 'a number from 0 to 100', (value) => value >= 0 && value <= 100),
    ...broken(values.durations, 'a number of 0 or more', (value) => value >= 0 && value < 2 ** 31),
    ...broken(values.rates, 'a number above 0', (value) => value > 0),
  ];
  if (mistakes.length > 0) throw new UserError(`${kind}: ${mistakes.join('; ')}.`);
}

type Values = Readonly<Record<string, number | undefined>>;

function broken(values: Values = {}, rule: string, holds: (value: number) => boolean): string[] {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined && !(Number.isFinite(value) && holds(value)))
    .map(([name, value]) => `${name} is ${value}, but must be ${rule}`);
}
