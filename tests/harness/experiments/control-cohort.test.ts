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

/** The finding of a cohort of five whose calls get these answers before and during the fault. */
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
  test('passes when the calls of the cohort stay fast', async () => {
    expect(await said({ latencyMs: 5 }, { latencyMs: 9 }, quiet)).toMatchObject({ verdict: 'passed' });
    expect(await said({ latencyMs: 5 }, { latencyMs: 9 }, busy)).toMatchObject({ verdict: 'passed' });
  });

  test('fails when the calls of the cohort become slower', async () => {
    expect(await said({ latencyMs: 5 }, { latencyMs: 400 }, quiet)).toMatchObject({
      verdict: 'failed',
      evidence: ['P95 rose from 5.0 to 400.0 ms'],
    });
  });

  test('is inconclusive when other processes kept the processors busy', async () => {
    expect(await said({ latencyMs: 5 }, { latencyMs: 400 }, busy)).toMatchObject({
      verdict: 'inconclusive',
      message: expect.stringContaining('other processes kept 1.5 of 2 cores busy, and 0.1 were free'),
    });
  });

  test('fails when calls of the cohort fail, even on a busy machine', async () => {
    for (const processors of [quiet, busy])
      expect(await said({ latencyMs: 5 }, { latencyMs: 5, outcome: 'timeout' }, processors)).toMatchObject({
        verdict: 'failed',
        evidence: [expect.stringMatching(/^\d+ calls failed: \d+ × \w+$/)],
      });
  });

  test('is inconclusive after too few calls before the fault', async () => {
    expect(await said({ latencyMs: 4900 }, { latencyMs: 5 }, quiet)).toMatchObject({
      verdict: 'inconclusive',
      message: 'too few calls to compare',
    });
  });
});
