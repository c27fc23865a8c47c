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

test('between() returns the part of each block in the interval', () => {
  const { blocks, turn } = blocksAt(1000);
  const end = blocks.watch();
  for (const at of [1100, 1200, 3200, 3300, 3900, 4000]) turn(at);
  end();
  expect(blocks.between(1000, 5000)).toBe(2600);
  expect(blocks.between(2200, 3500)).toBe(1200);
  expect(blocks.between(4000, 9000)).toBe(0);
});

test('between() ignores short delays and the time without a watcher', () => {
  const { blocks, turn } = blocksAt(1000);
  turn(9000);
  const end = blocks.watch();
  for (const at of [9100, 9340, 9500]) turn(at);
  end();
  end(); // a second call has no effect
  turn(20_000);
  expect(blocks.between(0, 30_000)).toBe(0);
  const again = blocks.watch();
  turn(20_100);
  again();
  expect(blocks.between(0, 30_000)).toBe(0);
});

test('forgets blocks that are too old for any call', () => {
  const { blocks, turn } = blocksAt(0);
  const end = blocks.watch();
  turn(5000);
  turn(800_000);
  end();
  expect(blocks.between(0, 5000)).toBe(0);
  expect(blocks.between(5000, 800_000)).toBe(795_000);
});
