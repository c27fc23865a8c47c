import { expect, test } from '@playwright/test';
import { sparkline } from '../../../src/history/sparkline.ts';

test('a sparkline draws one bar per value, as high as the value', () => {
  expect(sparkline([1, 2, 3, 4, 5, 6, 7, 8])).toBe('▁▂▃▄▅▆▇█');
  expect(sparkline([8, 1])).toBe('█▁');
});

test('a sparkline keeps noise of a few percent low', () => {
  expect(sparkline([10, 10.2, 9.9, 10.1])).toMatch(/^[▁▂]{4}$/);
});

test('a sparkline keeps differences visible beside an outlier', () => {
  expect(sparkline([1, 2, 1, 2, 1000])).toMatch(/^▁[▂-▄]▁[▂-▄]█$/);
});

test('a sparkline draws a line before each change', () => {
  expect(sparkline([1, 1, 2, 2], [2])).toBe('▁▁│██');
});

test('a sparkline accepts no value, one value and zeros', () => {
  expect(['', '▁', '▁▁']).toEqual([sparkline([]), sparkline([5]), sparkline([0, 0])]);
});
