import { expect, test } from '@playwright/test';
import { type Fact, factText } from '../../../src/experiments/facts.ts';

const cases: [Omit<Fact, 'name'>, string][] = [
  [{ value: 1234.5, unit: 'ms' }, '1235 ms'],
  [{ value: null, unit: 'ms', ifAbsent: 'not recovered in time' }, 'not recovered in time'],
  [{ value: Number.NaN, unit: 'ms' }, 'not measured'],
  [{ value: Number.NEGATIVE_INFINITY, unit: 'ms' }, 'not measured'],
  [{ value: 1200 }, '1,200'],
  [{ value: -0.0001 }, '0'],
  [{ value: 12, unit: 's' }, '12 s'],
  [{ value: [3, null, 4], unit: 'ms', ifAbsent: 'not recovered' }, '3.00 ms, not recovered, 4.00 ms'],
  [{ value: 'tcp', unit: 'ms' }, 'tcp'],
];

for (const [fact, shown] of cases)
  test(`prints ${fact.value} in ${fact.unit ?? 'no unit'} as "${shown}"`, () => {
    expect(factText(fact)).toBe(shown);
  });
