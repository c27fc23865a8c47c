import { expect, test } from '@playwright/test';
import { seeded } from '../../../src/kernel/random.ts';

const take = (count: number, ...key: (string | number)[]) => {
  const random = seeded(...key);
  return Array.from({ length: count }, random);
};

test.describe('Seeded random numbers', () => {
  test('seeded() repeats its sequence for the same key, and differs for another key', () => {
    expect(take(5, 7, 'a')).toEqual(take(5, 7, 'a'));
    expect(take(5, 7, 'a')).not.toEqual(take(5, 7, 'b'));
    expect(take(5, 7, 'a')).not.toEqual(take(5, 8, 'a'));
  });

  test('seeded() is uniform over neighbouring seeds', () => {
    const firsts = Array.from({ length: 20_000 }, (_, seed) => seeded(seed)());
    const mean = firsts.reduce((sum, value) => sum + value, 0) / firsts.length;
    const deciles = new Array<number>(10).fill(0);
    for (const value of firsts) deciles[Math.floor(value * 10)]! += 1;
    // 5 standard errors of a uniform mean (0.2887/sqrt n), and of a binomial count with p = 0.1
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * (0.2887 / Math.sqrt(firsts.length)));
    for (const count of deciles) expect(Math.abs(count - 2000)).toBeLessThan(5 * Math.sqrt(20_000 * 0.09));
  });
});
