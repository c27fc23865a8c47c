import { expect, test } from '@playwright/test';
import { inUnitWithin, lessText, msWithin } from '../../../src/kernel/figures.ts';
import { plainTable } from '../../../src/kernel/plain-table.ts';

test.describe('A latency with its bracket', () => {
  for (const [value, earliest, text] of [
    [14.2, 12.9, '14.2 ms (−1.3)'],
    [2.5, 2.05, '2.50 ms (−0.45)'],
    [412, 373, '412 ms (−39)'],
    [12_300, 11_100, '12.3 s (−1.2)'],
    [10_000, 0, '10.0 s (−10.0)'],
  ] as const)
    test(`prints ${text}`, () => expect(msWithin(value, earliest)).toBe(text));

  test('omits a bracket that is narrower than 1% or 0.1 ms', () => {
    expect(msWithin(2.5, 2.41)).toBe('2.50 ms');
    expect(msWithin(2.5, 2.4)).toBe('2.50 ms (−0.10)');
    expect(msWithin(500, 495.1)).toBe('500 ms');
    expect(msWithin(500, 495)).toBe('500 ms (−5)');
    expect(lessText(3, 3)).toBe('');
    expect(msWithin(3)).toBe('3.00 ms');
  });

  test('prints a bracket only for milliseconds', () => {
    expect(inUnitWithin(14.2, 'ms', { low: 12.9 })).toBe('14.2 ms (−1.3)');
    expect(inUnitWithin(14.2, 'ms', undefined)).toBe('14.2 ms');
    expect(inUnitWithin(14.2, '%', { low: 12.9 })).toBe('14.20%');
  });
});

test('latencies with brackets line up in a column', () => {
  const rows = [
    ['', 'P95'],
    ['one', '14.2 ms (−1.3)'],
    ['two', '9.29 ms'],
    ['three', '9.29 ms (−0.45)'],
  ];
  expect(plainTable(rows)).toEqual([
    '           P95',
    'one    14.2 ms (−1.3)',
    'two    9.29 ms',
    'three  9.29 ms (−0.45)',
  ]);
  // Without a bracket, the column is not wider.
  expect(plainTable(rows.filter(([name]) => name === '' || name === 'two'))).toEqual([
    '         P95',
    'two  9.29 ms',
  ]);
});
