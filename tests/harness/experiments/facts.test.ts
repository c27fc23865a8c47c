import { expect, test } from '@playwright/test';
import { factText } from '../../../src/experiments/facts.ts';

for (const [name, value, shown] of [
  ['recovery time, ms', 1234.5, 'recovery time: 1235 ms'],
  ['recovery time, ms', null, 'recovery time: not recovered in time'],
  ['skew of the barrier, ms', Number.NaN, 'skew of the barrier: not measured'],
  ['longest life of a ghost, ms', Number.NEGATIVE_INFINITY, 'longest life of a ghost: not measured'],
  ['connections cut', undefined, 'connections cut: not measured'],
  ['connections cut', 1200, 'connections cut: 1,200'],
  ['drift', -0.0001, 'drift: 0'],
  ['recovery times, ms', '3, 4', 'recovery times, ms: 3, 4'],
] as const)
  test(`${name} of ${String(value)} is "${shown}"`, () => {
    expect(factText(name, value).join(': ')).toBe(shown);
  });
