/** The named parts that were found in a schedule's text. */
export type Parts = Readonly<Record<string, string | undefined>>;

const whole = '\\d+';
const decimal = '\\d+(?:\\.\\d+)?';
const time = `${decimal}(?:ms|s|min|h)`;

/** The regular expression for each part of a usage line. */
const notation: readonly (readonly [string, string])[] = [
  ['FROM..TO/s', `(?<from>${decimal})\\.\\.(?<to>${decimal})/s`],
  ['FROM..TO', `(?<from>${whole})\\.\\.(?<to>${whole})`],
  ['every TIME', `every (?<every>${time})`],
  ['within TIME', `within (?<within>${time})`],
  ['for TIME', `for (?<for>${time})`],
  ['at TIME', `at (?<at>${time})`],
  ['max USERS', `max (?<max>${whole})`],
  ['STAGES', `(?<stages>${whole}x${time}(?:,${whole}x${time})*)`],
  ['RATES', `(?<rates>${decimal}/(?:s|min)x${time}(?:,${decimal}/(?:s|min)x${time})*)`],
  ['USERS', `(?<users>${whole})`],
  ['RATE', `(?<rate>${decimal}/(?:s|min))`],
];

/** Turns a usage line such as `[RATE] [for TIME]` into the expression that reads it; brackets mean optional. */
export function pattern(usage: string): RegExp {
  const words = usage.match(/\[[^\]]+\]|(?:every|within|for|at|max) \S+|\S+/g) ?? [];
  const parts = words.map((word) => {
    const optional = word.startsWith('[');
    const bare = optional ? word.slice(1, -1) : word;
    const [, expression] = notation.find(([sign]) => sign === bare) ?? [];
    if (expression === undefined) throw new Error(`The usage "${usage}" has the unknown part "${bare}".`);
    return optional ? `(?: ${expression})?` : ` ${expression}`;
  });
  return new RegExp(`^${parts.join('')}$`);
}

export function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

const units = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };

/** `100ms`, `1.5s`, `2min` or `1h` in milliseconds */
export function timeMs(text: string | undefined): number | undefined {
  const [, amount, unit] = /^([\d.]+)(ms|s|min|h)$/.exec(text ?? '') ?? [];
  return unit === undefined ? undefined : Number(amount) * units[unit as keyof typeof units];
}

/** `20/s` or `90/min` per second */
export function perSecond(text: string | undefined): number | undefined {
  const [, amount, unit] = /^([\d.]+)\/(s|min)$/.exec(text ?? '') ?? [];
  return unit === undefined ? undefined : Number(amount) / (unit === 'min' ? 60 : 1);
}
