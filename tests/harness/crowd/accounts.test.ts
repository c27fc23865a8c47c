import { expect, test } from '@playwright/test';
import { tooFewAccounts } from '../../../src/crowd/reach.ts';

const machine = (workers: number, of = 1) => ({ workers, shard: { of } });

for (const [accounts, participants, workers, machines, most] of [
  [30, 40, 2, 1, 20],
  [59, 40, 2, 1, 38],
  [60, 40, 2, 1, undefined],
  [120, 40, 2, 2, undefined],
  [59, 40, 2, 2, 36],
  [2, 1, 1, 1, undefined],
  [1, 1, 1, 1, 0],
] as const) {
  test(`${most === undefined ? 'accepts' : 'refuses'} ${accounts} accounts for ${participants} participants (workers: ${workers}, machines: ${machines})`, () => {
    const refusal = tooFewAccounts(accounts, participants, machine(workers, machines));
    if (most === undefined) expect(refusal).toBeUndefined();
    else expect(refusal).toContain(`let at most ${most} take part`);
  });
}

test('accepts any number of participants when every name is an account', () => {
  expect(tooFewAccounts(undefined, 100_000, machine(1))).toBeUndefined();
});
