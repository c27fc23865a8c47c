import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { fromCallerOf } from '../../../src/kernel/called-from.ts';
import { framesOf } from '../../../src/kernel/stack-frames.ts';

/** Stands for a function of fullhouse that calls another one. */
function defines(seen: string[]): void {
  const there = fromCallerOf(defines);
  there((text: string) => seen.push(text, new Error('for its stack').stack ?? ''), 'an argument');
}

test('a call seems to be at the place that called the function, and gets its arguments', () => {
  const seen: string[] = [];
  defines(seen);
  const [text, stack] = seen;
  expect(text).toBe('an argument');
  const line =
    readFileSync(import.meta.filename, 'utf8')
      .split('\n')
      .indexOf('  defines(seen);') + 1;
  // The first frame is the called function itself, the second one its caller.
  expect(framesOf(stack!)[1]).toEqual({ file: import.meta.filename, line });
});

test('an error of the called function reaches the caller', () => {
  const fails = () => {
    throw new Error('no such test');
  };
  function defining(): void {
    fromCallerOf(defining)(fails);
  }
  expect(defining).toThrow('no such test');
});
