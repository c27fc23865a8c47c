import { expect, test } from '@playwright/test';
import { counted } from '../../../src/kernel/figures.ts';

test('counted() uses the singular only for one', () => {
  expect([0, 1, 2, 1234].map((count) => counted(count, 'page'))).toEqual([
    '0 pages',
    '1 page',
    '2 pages',
    '1,234 pages',
  ]);
  expect([1, 3].map((count) => counted(count, 'delivery', 'deliveries'))).toEqual([
    '1 delivery',
    '3 deliveries',
  ]);
});
