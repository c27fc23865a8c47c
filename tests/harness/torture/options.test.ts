import { availableParallelism } from 'node:os';
import { expect, test } from '@playwright/test';
import { readOptions } from './options.ts';

const seed = () => 'new';

test('readOptions() has a default for each option', () => {
  expect(readOptions([], seed)).toEqual({
    count: 20,
    seed: 'new',
    only: undefined,
    lanes: availableParallelism(),
    case: undefined,
  });
});

test('readOptions() reads all options', () => {
  expect(readOptions(['200', '--seed', 's', '--only', 'chaos', '--lanes', '3'], seed)).toEqual({
    count: 200,
    seed: 's',
    only: 'chaos',
    lanes: 3,
    case: undefined,
  });
});

test('--case runs in one lane, with a plan that is long enough', () => {
  expect(readOptions(['--seed', 's', '--case', '170', '--lanes', '4'], seed)).toMatchObject({
    count: 170,
    lanes: 1,
    case: 170,
  });
});

test('readOptions() names all mistakes in one error', () => {
  const call = () => readOptions(['many', '2', '--only', 'lod', '--lanes', '0', '--case', '1.5'], seed);
  for (const part of [
    'the number of kills is "many", but must be a whole number from 1 to 10000',
    '--only is "lod", but must be one of: load, chaos,',
    '--lanes is "0"',
    '--case is "1.5"',
  ])
    expect(call).toThrow(part);
  expect(() => readOptions(['--sed', '1'], seed)).toThrow('Usage: npm run torture');
});
