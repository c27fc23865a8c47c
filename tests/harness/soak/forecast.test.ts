import { expect, test } from '@playwright/test';
import { forecast, forecastText, valueText } from '../../../src/soak/forecast.ts';

const MIB = 2 ** 20;
const perHour = (value: number, low: number, high: number) => ({
  value: value * MIB,
  low: low * MIB,
  high: high * MIB,
});
const textOf = (now: number, rate: ReturnType<typeof perHour>) => {
  const reaches = forecast({ value: now * MIB, limit: 512 * MIB }, rate);
  return reaches && forecastText(reaches, 'bytes');
};

test('a forecast with its interval, in the unit that fits', () => {
  expect(textOf(152, perHour(40, 24, 60))).toBe(
    'at this rate, the limit of 512 MiB is reached in 9 h (6–15 h)',
  );
  expect(textOf(500, perHour(40, 24, 60))).toBe(
    'at this rate, the limit of 512 MiB is reached in 18 min (12–30 min)',
  );
  expect(textOf(152, perHour(4, 2, 5))).toBe(
    'at this rate, the limit of 512 MiB is reached in 3.8 d (3–7.5 d)',
  );
  expect(textOf(152, perHour(40, 0, 60))).toBe(
    'at this rate, the limit of 512 MiB is reached in 9 h (more than 6 h)',
  );
  expect(textOf(600, perHour(40, 24, 60))).toBe('the limit of 512 MiB is reached already');
});

test('no forecast without a rise, or if it needs more than a year', () => {
  expect(textOf(152, perHour(0, -1, 1))).toBeUndefined();
  expect(textOf(152, perHour(0.01, 0.005, 0.02))).toBeUndefined();
  expect(forecast({ value: 1, limit: 2 }, null)).toBeUndefined();
});

test('values in their units', () => {
  expect(['bytes', '', 'ms'].map((unit) => valueText(1234, unit))).toEqual(['1.21 KiB', '1,234', '1230 ms']);
  expect(valueText(-3 * MIB, 'bytes')).toBe('-3 MiB');
  expect(valueText(0, 'bytes')).toBe('0 bytes');
});
