/** Replaces `NaN` and `Infinity`, which mean nothing to a reader. */
const NOT_MEASURED = 'not measured';

export function ms(value: number): string {
  if (!Number.isFinite(value)) return NOT_MEASURED;
  // Only a limit can be this small, not a measured time.
  if (value > 0 && value < 0.01) return `${Number(value.toPrecision(1))} ms`;
  return inPlaces(value, value).join(' ');
}

/** A time in ms as a number and a unit, with the unit and the decimals of `like`. */
function inPlaces(valueMs: number, like: number): [figure: string, unit: 'ms' | 's'] {
  if (like >= 10_000) return [places(valueMs / 1000, 1), 's'];
  return [places(valueMs, like < 10 ? 2 : like < 100 ? 1 : 0), 'ms'];
}

/** `toFixed` without a negative zero. */
function places(value: number, digits: number): string {
  return value.toFixed(digits).replace(/^-(0(?:\.0+)?)$/, '$1');
}

/** A bracket that is narrower than one of these is not shown, because it changes no decision. */
const NEGLIGIBLE_MS = 0.1;
const NEGLIGIBLE_PART = 0.01;

/**
 * The width of a bracket, in the unit and with the decimals of `ms`: `−1.3`. Empty if it is negligible: less than 1% of the
 * latency, or less than 0.1 ms.
 */
export function lessText(valueMs: number, earliestMs: number): string {
  const widthMs = valueMs - earliestMs;
  // The bounds themselves are shown, whatever the rounding of floating point.
  if (widthMs < Math.max(NEGLIGIBLE_MS, NEGLIGIBLE_PART * valueMs) - 1e-9) return '';
  return `−${inPlaces(widthMs, valueMs)[0]}`;
}

/** `14.2 ms (−1.3)`: the latency is at most 14.2 ms, and at least 1.3 ms less. `14.2 ms` if the difference is negligible. */
export function msWithin(valueMs: number, earliestMs = valueMs): string {
  const less = lessText(valueMs, earliestMs);
  return less === '' ? ms(valueMs) : `${ms(valueMs)} (${less})`;
}

/** `2.46–2.61`, with the decimals of `ms(likeMs)` and without a unit; `2.46–?` without an upper end. */
export function msRange(lowMs: number, highMs: number | null, likeMs: number): string {
  const high = highMs === null ? '?' : inPlaces(highMs, likeMs)[0];
  return `${inPlaces(lowMs, likeMs)[0]}–${high}`;
}

export function number(value: number): string {
  if (!Number.isFinite(value)) return NOT_MEASURED;
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 }).replace(/^-0$/, '0');
}

export function percent(value: number | null): string {
  return value === null || !Number.isFinite(value) ? 'no data' : `${places(value, 2)}%`;
}

export function perSecond(value: number | null): string {
  return value === null || !Number.isFinite(value) ? 'no data' : `${places(value, 1)}/s`;
}

export function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

/** `1 page`, `2 pages`, `1,234 pages`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : several}`;
}

/** `1:05`, `1:02:05`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, at) => (at === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

export function inUnit(value: number, unit: string): string {
  switch (unit) {
    case 'ms':
      return ms(value);
    case '%':
      return percent(value);
    case '/s':
      return perSecond(value);
    default:
      // A value below 1 keeps three digits: a layout shift of 0.104 is not 0.1.
      if (unit === '' && Math.abs(value) < 1) return String(Number(value.toPrecision(3)));
      return unit === '' ? number(value) : `${number(value)} ${unit}`;
  }
}

/** A value in its unit, with the bracket of a latency: `14.2 ms (−1.3)`. `low` is the lowest possible value. */
export function inUnitWithin(
  value: number,
  unit: string,
  bracket: { readonly low: number } | undefined,
): string {
  return unit === 'ms' && bracket ? msWithin(value, bracket.low) : inUnit(value, unit);
}
