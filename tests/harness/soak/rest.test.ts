import { expect, test } from '@playwright/test';
import { seeded } from '../../../src/kernel/random.ts';
import { judgeRests } from '../../../src/soak/rest.ts';

const verdict = (values: readonly number[]) =>
  judgeRests(values.map((value, index) => ({ at: index + 1, value })));

test.describe('return to rest', () => {
  const cases: [string, number[], ReturnType<typeof verdict>][] = [
    ['nothing is left', [5, 5, 5, 5, 5, 5], 'flat'],
    ['a pool fills in the first round', [20, 20, 20, 20, 20, 20], 'flat'],
    ['a pool grows once later', [8, 8, 8, 12, 12, 12, 12, 12], 'flat'],
    ['a pool fills in the first three rounds', [8, 12, 15, 15, 15, 15, 15, 15], 'flat'],
    ['an idle timeout empties a pool', [20, 1, 20, 1, 20, 1, 1, 20], 'flat'],
    ['other clients are counted too', [6, 4, 5, 7, 5, 6, 4, 7], 'flat'],
    ['a leak of one per session', [12, 24, 36, 48, 60, 72, 84, 96], 'grows'],
    ['a leak of one per round', [12, 13, 14, 15, 16], 'grows'],
    ['a leak with the noise of other clients', [12, 16, 14, 19, 22, 21, 26, 28, 27, 32, 35, 36], 'grows'],
    ['a leak whose rests are few and equal', [12, 24, 36, 48], 'grows'],
    ['four rests that rise by chance', [12, 13, 17, 18], 'too short'],
    ['three rests', [12, 24, 36], 'too short'],
    ['three rests without a rise', [12, 12, 12], 'flat'],
    ['one rest', [12], 'too short'],
    ['a cache that fills up to its limit', [100, 160, 196, 218, 231, 239, 243, 246], 'unsettled'],
    ['a leak of every n-th session, one in three rounds', [5, 5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8], 'unsettled'],
    ['a count that falls', [30, 25, 20, 15, 10, 5], 'flat'],
  ];
  for (const [name, values, expected] of cases)
    test(`${name}: ${expected}`, () => expect(verdict(values)).toBe(expected));
});

/** How many of these series of rests get the verdict *grows*. */
function growing(count: number, rests: (random: () => number) => number[]): number {
  return Array.from({ length: count }, (_, index) => verdict(rests(seeded('rests', index)))).filter(
    (one) => one === 'grows',
  ).length;
}

test('healthy pools that are as large as their busiest moment do not grow in 500 soaks, whatever their number of rounds', () => {
  for (const rounds of [5, 6, 8, 12, 24]) {
    const pools = growing(500, (random) => {
      let most = 0;
      return Array.from({ length: rounds }, () => {
        most = Math.max(
          most,
          ...Array.from({ length: 20 }, () => Math.round(10 + 6 * random() + 4 * random())),
        );
        return most;
      });
    });
    expect(pools, `${rounds} rounds`).toBe(0);
  }
});

test('counts with the noise of other clients grow in at most 1% of 1000 soaks', () => {
  for (const rounds of [5, 6, 8, 12])
    expect(
      growing(1000, (random) => Array.from({ length: rounds }, () => Math.floor(20 * random()))),
      `${rounds} rounds`,
    ).toBeLessThanOrEqual(10);
});

test('a leak of every n-th session grows in all soaks if each round leaks', () => {
  for (const every of [1, 7, 50])
    expect(
      growing(200, (random) => {
        let leaked = 0;
        return Array.from({ length: 12 }, () => {
          leaked += Math.floor((300 + 100 * random()) / every);
          return 10 + leaked + Math.floor(3 * random());
        });
      }),
      `every ${every}`,
    ).toBe(200);
});
