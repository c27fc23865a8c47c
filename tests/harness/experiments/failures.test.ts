import { expect, test } from '@playwright/test';
import { ExperimentRecord } from '../../../src/experiments/experiment-record.ts';
import { successRate } from '../../../src/experiments/failures.ts';
import { experimentLines } from '../../../src/experiments/report.ts';
import { MergedTimings } from '../../../src/timings/merged-timings.ts';
import type { Outcome } from '../../../src/timings/outcome.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { VirtualClock } from '../kernel/virtual-clock.ts';

type Call = readonly [operation: string, outcome: Outcome, cause: string, count: number];

function timed(...calls: readonly Call[]) {
  return recorded(new Timings(0), calls).encode(100);
}

function recorded(timings: Timings, calls: readonly Call[]): Timings {
  for (const [operation, outcome, cause, count] of calls)
    for (let call = 0; call < count; call++) {
      timings.operation(operation).record(outcome, 0, 5);
      if (outcome !== 'ok') timings.operation(operation).failure(outcome, cause, `${cause} in full`);
    }
  return timings;
}

const deadlocks: readonly Call[] = [
  ['meeting.join', 'ok', '', 982],
  ['meeting.leave', 'http 500', '500 Deadlock found', 24],
];

test.describe('What does an experiment report about failed calls?', () => {
  const rate = (calls: readonly Call[], atLeast: number) =>
    successRate(new MergedTimings([timed(...calls)]), atLeast);

  test('names operation, status and message of the service in the success rate', () => {
    expect(rate(deadlocks, 98)).toEqual({
      check: 'success rate',
      verdict: 'failed',
      about: 'time',
      message: '982 of 1006: 24 × meeting.leave 500 "Deadlock found" (at least 98% required)',
      evidence: ['24 × meeting.leave 500 "Deadlock found"'],
    });
    // The message names the failures even if enough calls succeeded.
    expect(rate(deadlocks, 95)).toMatchObject({ verdict: 'passed', evidence: [] });
    expect(rate(deadlocks, 95).message).toContain('24 × meeting.leave 500 "Deadlock found"');
    expect(rate([['meeting.join', 'ok', '', 5]], 95).message).toBe('5 of 5 (at least 95% required)');
    expect(rate([], 95)).toMatchObject({ verdict: 'inconclusive' });
  });

  test('cuts a list of many causes, and leaves out observations', () => {
    const calls: Call[] = [
      ['meeting.join', 'http 403', '403 MEETING_FULL', 9],
      ['meeting.get', 'timeout', 'no answer in time', 8],
      ['hand.raise', 'reset', 'connection reset', 7],
      ['hand.lower', 'http 500', '500', 6],
      ['event.delivery', 'timeout', 'never arrived', 50],
    ];
    expect(rate(calls, 95).message).toBe(
      '0 of 30: 9 × meeting.join 403 MEETING_FULL, 8 × meeting.get no answer in time, 7 × hand.raise connection reset, 6 × other causes (at least 95% required)',
    );
  });

  test('lists the failures in the printed result', () => {
    const experiment = new ExperimentRecord({
      name: 'e',
      title: 'E',
      description: '',
      seed: 1,
      clock: new VirtualClock(),
    });
    expect(experimentLines(experiment.journal(), timed(...deadlocks))).toContain(
      '   Failures: 24 × meeting.leave 500 "Deadlock found"',
    );
    expect(experimentLines(experiment.journal(), timed()).join()).not.toContain('Failures');
  });

  test('lists the failures when the steady state does not hold', async () => {
    const clock = new VirtualClock();
    const experiment = new ExperimentRecord({ name: 'e', title: 'E', description: '', seed: 1, clock });
    recorded(experiment.timings, deadlocks);
    const reason = 'Authentication failed';
    experiment.ledger.add({ who: 'a', type: 'socket', change: 'failed', reason });
    let ok = false;
    const probe = {
      name: 'everybody is connected',
      tolerance: '1 of 1',
      ask: async () => ({ ok, value: 0 }),
    };
    const why = '24 × meeting.leave 500 "Deadlock found"; 1 × socket.connect "Authentication failed"';
    await expect(experiment.steadyBefore([probe], 0)).rejects.toThrow(`expected 1 of 1; ${why}`);
    ok = true;
    await experiment.steadyBefore([probe], 0);
    ok = false;
    await experiment.steadyAgain(0);
    expect(experiment.findings[0]!.evidence.slice(1)).toEqual(why.split('; '));
  });
});
