import { expect, test } from '@playwright/test';
import type { Finding } from '../../../src/checks/check.ts';
import { ControlCohort } from '../../../src/experiments/control-cohort.ts';
import type { ProcessorUse } from '../../../src/kernel/processor-times.ts';
import type { Outcome } from '../../../src/timings/outcome.ts';
import { VirtualClock } from '../kernel/virtual-clock.ts';

const quiet: ProcessorUse = { idle: 1, own: 0.8, others: 0.2 };
const busy: ProcessorUse = { idle: 0.1, own: 0.4, others: 1.5 };

interface Said {
  readonly latencyMs: number;
  readonly outcome?: Outcome;
}

/** What a cohort of five says whose calls are answered like this, before and during the damage. */
async function said(before: Said, during: Said, processors: ProcessorUse): Promise<Finding> {
  const clock = new VirtualClock();
  let now = before;
  const getMeeting = async () => {
    const startedAt = clock.now();
    const { latencyMs, outcome = 'ok' } = now;
    await clock.until(clock.now() + latencyMs);
    return { outcome, startedAt, endedAt: clock.now() };
  };
  const members = Array.from({ length: 5 }, () => ({ getMeeting }));
  const cohort = new ControlCohort(members, clock, () => ({ use: () => processors }));
  await clock.advanceTo(5000);
  cohort.damage();
  now = during;
  await clock.advanceTo(15_000);
  return clock.runUntil(cohort.end());
}

test.describe('the control cohort of an experiment', () => {
  test('notices nothing where its calls stay as quick as they were', async () => {
    expect(await said({ latencyMs: 5 }, { latencyMs: 9 }, quiet)).toMatchObject({ verdict: 'passed' });
    expect(await said({ latencyMs: 5 }, { latencyMs: 9 }, busy)).toMatchObject({ verdict: 'passed' });
  });

  test('notices that its calls become slower', async () => {
    expect(await said({ latencyMs: 5 }, { latencyMs: 400 }, quiet)).toMatchObject({
      verdict: 'failed',
      evidence: ['P95 rose from 5.0 to 400.0 ms'],
    });
  });

  test('cannot say so where other processes kept the processors busy, and says that', async () => {
    expect(await said({ latencyMs: 5 }, { latencyMs: 400 }, busy)).toMatchObject({
      verdict: 'inconclusive',
      message: expect.stringContaining('other processes kept 1.5 of 2 cores busy, and 0.1 were free'),
    });
  });

  test('notices calls that fail, on a busy machine too', async () => {
    for (const processors of [quiet, busy])
      expect(await said({ latencyMs: 5 }, { latencyMs: 5, outcome: 'timeout' }, processors)).toMatchObject({
        verdict: 'failed',
        evidence: [expect.stringMatching(/^\d+ calls failed: \d+ × \w+$/)],
      });
  });

  test('does not know where too few calls were made before', async () => {
    expect(await said({ latencyMs: 4900 }, { latencyMs: 5 }, quiet)).toMatchObject({
      verdict: 'inconclusive',
      message: 'too few calls to compare',
    });
  });
});
