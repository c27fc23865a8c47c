import { once } from 'node:events';
import { expect, test } from '@playwright/test';
import { abortOnFail } from '../../../src/run/abort-on-fail.ts';
import { parseTargets, splitTargets } from '../../../src/targets/parse.ts';
import { Coordinated } from '../crowd/coordinated.ts';
import { FedSlice } from '../live/fed-run.ts';

type Second = Parameters<FedSlice['second']>[0];

const slow: Second = [{ latencyMs: 900 }];
const quick: Second = [{ latencyMs: 10 }];

/** Feeds a coordinator the seconds of one slice. @returns why the run was stopped, or null */
async function stoppedBy(
  targets: string,
  delayS: number,
  seconds: readonly Second[],
): Promise<string | null> {
  await using crowd = await Coordinated.start([1]);
  abortOnFail(crowd.coordinator, () => parseTargets(splitTargets(targets)), delayS);
  const slice = await crowd.slice(1);
  await slice.arrive();
  const over = once(crowd.coordinator, 'over');
  const fed = new FedSlice(1, 1);
  for (const second of seconds) slice.report(fed.second(second));
  slice.report(fed.second([], 0, true));
  await over;
  return crowd.record().stopped?.reason ?? null;
}

const times = (count: number, second: Second): Second[] => Array<Second>(count).fill(second);

test.describe('When does ABORT_ON_FAIL stop a run?', () => {
  test('stops when a target was clearly missed for five seconds in a row', async () => {
    expect(await stoppedBy('p95 < 100 ms', 0, times(5, slow))).toBe(
      'target "p95 < 100 ms" was missed for 5 s',
    );
  });

  test('continues when a target was missed for four seconds', async () => {
    expect(await stoppedBy('p95 < 100 ms', 0, times(3, slow))).toBeNull();
  });

  test('continues during the delay of ABORT_ON_FAIL', async () => {
    expect(await stoppedBy('p95 < 100 ms', 8, times(11, slow))).toContain('missed for 5 s');
    expect(await stoppedBy('p95 < 100 ms', 8, times(10, slow))).toBeNull();
  });

  test('continues when the target is met in between', async () => {
    // The median is above the limit for three seconds, then below it, then above it for three seconds.
    const seconds = [...times(2, slow), ...times(3, quick), ...times(4, slow)];
    expect(await stoppedBy('p50 < 100 ms', 0, seconds)).toBeNull();
  });

  test('continues when the confidence interval of a percentile includes the limit', async () => {
    // Half of the 30 calls per second are above the limit, so the side of the median is unknown.
    const both: Second = [
      { latencyMs: 90, count: 15 },
      { latencyMs: 110, count: 15 },
    ];
    expect(await stoppedBy('p50 < 100 ms', 0, times(6, both))).toBeNull();
  });

  test('continues without calls of an operation, and stops when no call succeeds', async () => {
    expect(await stoppedBy('meeting.join p95 < 100 ms', 0, times(6, quick))).toBeNull();
    const refused: Second = [{ outcome: 'refused' }];
    expect(await stoppedBy('p95 < 100 ms', 0, times(6, refused))).toContain('missed for 5 s');
  });

  test('continues when a target of the worst window is missed', async () => {
    expect(await stoppedBy('worst 1 s p95 < 100 ms', 0, times(6, slow))).toBeNull();
  });
});
