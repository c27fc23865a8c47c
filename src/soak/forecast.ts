import { number } from '../kernel/figures.ts';
import type { MetricVerdict } from './evidence.ts';

/** A later time is of no use: it only says that the limit is far away. */
const LONGEST_HOURS = 24 * 365;

/**
 * When a value that grows reaches its limit at this rate. `high` is null if the slowest possible growth needs more than a
 * year. Undefined if it does not grow, or if even the rate itself needs more than a year.
 *
 * @param value now
 * @param perHour above 0, with its interval
 */
export function forecast(
  { value, limit }: { value: number; limit: number },
  perHour: MetricVerdict['perHour'],
): NonNullable<MetricVerdict['reaches']> | undefined {
  if (perHour === null || perHour.value <= 0) return undefined;
  const left = Math.max(0, limit - value);
  const inHours = left / perHour.value;
  if (inHours > LONGEST_HOURS) return undefined;
  const slowest = perHour.low > 0 ? left / perHour.low : Number.POSITIVE_INFINITY;
  const high = slowest > LONGEST_HOURS ? null : slowest;
  return { limit, inHours, low: left / perHour.high, high };
}

/** `at this rate, the limit of 512 MiB is reached in 9 h (6–15 h)` */
export function forecastText(
  { limit, inHours, low, high }: NonNullable<MetricVerdict['reaches']>,
  unit: string,
): string {
  const reached = `at this rate, the limit of ${valueText(limit, unit)} is reached`;
  if (inHours === 0) return `the limit of ${valueText(limit, unit)} is reached already`;
  const [divisor, word] = inHours >= 48 ? [24, 'd'] : inHours >= 1 ? [1, 'h'] : [1 / 60, 'min'];
  const text = (hours: number) => twoDigits(hours / divisor);
  const range = high === null ? `more than ${text(low)}` : `${text(low)}–${text(high)}`;
  return `${reached} in ${text(inHours)} ${word} (${range} ${word})`;
}

/** `12`, `45.1 MiB`, `14.2 ms` */
export function valueText(value: number, unit: string): string {
  if (unit === 'bytes') return bytesText(value);
  return unit === '' ? number(value) : `${Number(value.toPrecision(3))} ${unit}`;
}

/** `45.1 MiB`, `820 KiB`, `12 bytes` */
function bytesText(value: number): string {
  const size = Math.abs(value);
  const [power, word] = size >= 2 ** 30 ? [30, 'GiB'] : size >= 2 ** 20 ? [20, 'MiB'] : [10, 'KiB'];
  if (size < 1024) return `${number(Math.round(value))} bytes`;
  return `${number(Number((value / 2 ** power).toPrecision(3)))} ${word}`;
}

function twoDigits(value: number): string {
  return number(value >= 10 ? Math.round(value) : Number(value.toPrecision(2)));
}
