import { lessText } from '../kernel/figures.ts';

export type Unit = 'ms' | '/s' | 'cores' | 'MiB' | '%' | '';

/** A value at the cursor, with its unit. */
export function withUnit(value: number, unit: Unit): string {
  switch (unit) {
    case 'ms':
      return value >= 10_000 ? `${digits(value / 1000)} s` : `${digits(value)} ms`;
    case '/s':
      return `${digits(value)}/s`;
    case '':
      return digits(value);
    default:
      return `${digits(value)} ${unit}`;
  }
}

/** A value with its unit and the bracket of a latency: `14.2 ms (−1.3)`. */
export function withBracket(value: number, unit: Unit, earliest: number | null | undefined): string {
  const less = unit === 'ms' && earliest != null ? lessText(value, earliest) : '';
  return less === '' ? withUnit(value, unit) : `${withUnit(value, unit)} (${less})`;
}

/** A value on an axis, without its unit, which is in the title. */
export function onAxis(value: number): string {
  const magnitude = Math.abs(value);
  const [scaled, suffix] =
    magnitude >= 1e6 ? [value / 1e6, 'M'] : magnitude >= 1e4 ? [value / 1e3, 'k'] : [value, ''];
  return `${Number(scaled.toPrecision(6))}${suffix}`;
}

/** Three significant digits, thousands grouped. */
function digits(value: number): string {
  const magnitude = Math.abs(value);
  const places = magnitude >= 100 || Number.isInteger(value) ? 0 : magnitude >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: places, maximumFractionDigits: places });
}
