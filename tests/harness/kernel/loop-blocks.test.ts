import { expect, test } from '@playwright/test';
import { LoopBlocks } from '../../../src/kernel/loop-blocks.ts';

/** Blocks of a clock that the test moves. */
function blocksAt(start: number) {
  const time = { now: start };
  const blocks = new LoopBlocks(() => time.now);
  const turn = (at: number) => {
    time.now = at;
    blocks.beat();
  };
  return { blocks, turn };
}

test('what a loop did not notice in time is a block, for the part of it that is asked about', () => {
  const { blocks, turn } = blocksAt(1000);
  const end = blocks.watch();
  for (const at of [1100, 1200, 3200, 3300, 3900, 4000]) turn(at);
  end();
  expect(blocks.between(1000, 5000)).toBe(2600);
  expect(blocks.between(2200, 3500)).toBe(1200);
  expect(blocks.between(4000, 9000)).toBe(0);
});

test('a late turn that delays no call, and the time in which nobody watches, are none', () => {
  const { blocks, turn } = blocksAt(1000);
  turn(9000);
  const end = blocks.watch();
  for (const at of [9100, 9340, 9500]) turn(at);
  end();
  end(); // once more, it ends nothing
  turn(20_000);
  expect(blocks.between(0, 30_000)).toBe(0);
  const again = blocks.watch();
  turn(20_100);
  again();
  expect(blocks.between(0, 30_000)).toBe(0);
});

test('those that no call remembers are forgotten', () => {
  const { blocks, turn } = blocksAt(0);
  const end = blocks.watch();
  turn(5000);
  turn(800_000);
  end();
  expect(blocks.between(0, 5000)).toBe(0);
  expect(blocks.between(5000, 800_000)).toBe(795_000);
});
