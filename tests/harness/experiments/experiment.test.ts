import { expect, test } from '@playwright/test';
import { nobodyAlone } from '../../../docs/examples/nobody-alone.ts';
import { rosterIsTrue } from '../../../src/checks/catalogue.ts';
import { defineCheck, type Finding, found, foundInTime, proof } from '../../../src/checks/check.ts';
import type { Cohort } from '../../../src/experiments/cohort.ts';
import { Experiment } from '../../../src/experiments/experiment.ts';
import type { Plan } from '../../../src/experiments/plan.ts';
import { VirtualClock } from '../kernel/virtual-clock.ts';

const METHOD = ['prepare', 'break', 'look', 'heal', 'afterwards', 'rest'];

/** An experiment whose steps note their names; the steady state holds as long as `isSteady` is true. */
function made(doubts: readonly Finding[] = [], skip?: (reason: string) => never) {
  const clock = new VirtualClock();
  const done: string[] = [];
  const state = { isSteady: true };
  const experiment: Experiment = new Experiment({
    name: 'e',
    title: 'E',
    description: '',
    seed: 1,
    clock,
    doubts: () => doubts,
    ...(skip ? { skip } : {}),
    openCohort: ({ ledger }) => {
      const serviceState = async () => {
        const roster = [{ userId: 'a' }];
        ledger.add({ who: 'host', type: 'state', source: 'service', state: { status: 'active', roster } });
        return { status: 'active', roster };
      };
      const contract = { operations: new Map([['hand.raise', {}]]), meetings: { kind: 'fixed' } };
      return { serviceState, contract } as unknown as Cohort;
    },
  });
  experiment.ledger.invoke({ who: 'a', op: 'meeting.join' })('ok');
  const step = (name: string) => ({ [name]: async () => void done.push(name) });
  const plan: Plan = {
    steady: [{ name: 'it serves', tolerance: 'yes', ask: async () => ({ ok: state.isSteady, value: 'no' }) }],
    steadyWithinMs: 0,
    before: step('prepare'),
    fault: {
      damage: 'broken',
      inject: step('break'),
      undo: async () => void done.push('undo'),
      during: step('look'),
      prove: () => proof('the fault was real', true, 'seen'),
      heal: step('heal'),
    },
    recoverWithinMs: 0,
    afterwards: step('afterwards'),
    settleMs: 0,
    whenSettled: step('rest'),
    compare: [{ meetingId: 'm', views: [{ recordView: (status) => void done.push(`view ${status}`) }] }],
    checks: [rosterIsTrue()],
  };
  return { experiment, plan, done, state };
}

test.describe('What does an experiment do, and in which order?', () => {
  test('injects the fault, proves it, heals, recovers, judges and undoes the fault', async () => {
    const { experiment, plan, done } = made();
    await experiment.run(plan);
    expect(done).toEqual([...METHOD, 'view active', 'undo']);
    const { experiment: written, fullhouse, status } = experiment.journal();
    expect(written.method.map(({ name }) => name)).toEqual(METHOD);
    expect(status).toBe('completed');
    expect(fullhouse.findings.map(({ check, verdict }) => [check, verdict])).toEqual([
      ['the fault was real', 'passed'],
      ['the steady state holds again', 'passed'],
    ]);
    expect(fullhouse.checks.map(({ name }) => name)).toEqual(['the roster is true']);
    expect(fullhouse.facts).toMatchObject([{ name: 'recovery time', value: 0, unit: 'ms' }]);
  });

  test('ends as not applicable if the service lacks a need, and continues otherwise', async () => {
    const reasons: string[] = [];
    const { experiment, plan } = made([], (reason) => {
      reasons.push(reason);
      throw new Error('skipped');
    });
    experiment.needs();
    expect(() => experiment.needs('hands')).toThrow('skipped');
    expect(() => experiment.needs('seats')).toThrow('skipped');
    expect(reasons).toEqual([
      'the contract has no hand.lower',
      'the contract does not create meetings with a number of seats',
    ]);
    expect(experiment.verdict).toBe('not applicable');
    // @ts-expect-error: no such need
    expect(() => experiment.needs('hand')).toThrow('Unknown need "hand". Did you mean "hands"?');
    const other = made();
    other.experiment.needs('a web page');
    await other.experiment.run(plan);
    expect(other.experiment.verdict).toBe('passed');
  });

  test('judges a check of a team, and the journal marks it as one', async () => {
    const { experiment, plan } = made();
    const checks = [rosterIsTrue(), nobodyAlone()];
    await expect(experiment.run({ ...plan, checks })).rejects.toThrow('no user is alone in a roster');
    const written = JSON.parse(JSON.stringify(experiment.journal().fullhouse.checks));
    expect(written).toMatchObject([
      { name: 'the roster is true', finding: { verdict: 'passed' } },
      { name: 'no user is alone in a roster', own: true, finding: { verdict: 'failed' } },
    ]);
    expect(written[0]).not.toHaveProperty('own');
  });

  test('refuses a check with a name of fullhouse before anything is done', async () => {
    const { experiment, plan, done } = made();
    const mine = defineCheck('the roster is true', () => ({ verdict: 'passed', message: '', evidence: [] }));
    await expect(experiment.run({ ...plan, checks: [mine()] })).rejects.toThrow(
      'Check "the roster is true": fullhouse has a check of this name.',
    );
    expect(done).toEqual([]);
  });

  test('records start and end of a fault without steps', async () => {
    const { experiment, plan } = made();
    await experiment.run({ ...plan, fault: { damage: 'broken', inject: {} } });
    expect(experiment.journal().fullhouse.faults).toEqual([
      { name: 'broken', start: expect.any(String), end: expect.any(String) },
    ]);
  });

  test('injects no fault when the steady state does not hold', async () => {
    const { experiment, plan, done, state } = made();
    state.isSteady = false;
    await expect(experiment.run(plan)).rejects.toThrow('The steady state does not hold before the fault');
    expect([done, experiment.journal().status]).toEqual([[], 'failed']);
  });

  test('undoes the fault when a step fails', async () => {
    const { experiment, plan, done } = made();
    const fails = { 'a step fails': () => Promise.reject(new Error('no')) };
    await expect(experiment.run({ ...plan, afterwards: fails })).rejects.toThrow('no');
    await experiment.rollBack();
    expect(done.at(-1)).toBe('undo');
    expect([experiment.isConcluded, experiment.verdict]).toEqual([false, 'inconclusive']);
  });

  test('injects several faults one after the other, each with its own recovery', async () => {
    const { experiment, plan } = made();
    await experiment.run({ ...plan, fault: ['one', 'two'].map((damage) => ({ damage, inject: {} })) });
    const { faults = [], facts, findings } = experiment.journal().fullhouse;
    expect(faults.map(({ name }) => name)).toEqual(['one', 'two']);
    expect(facts).toMatchObject([{ name: 'recovery times', value: [0, 0], unit: 'ms' }]);
    expect(findings).toHaveLength(2);
  });

  test('runs the checks when the service does not answer at the end', async () => {
    const { experiment, plan } = made();
    Object.assign(experiment.cohort, { serviceState: () => Promise.reject(new Error('no answer')) });
    await expect(experiment.run(plan)).rejects.toThrow('no answer');
    expect(experiment.journal().fullhouse.checks.map(({ name }) => name)).toEqual(['the roster is true']);
  });

  test('fails with the verdict and the failed findings', async () => {
    const { experiment, plan } = made();
    const speaks = { check: 'it holds', verdict: 'failed', message: 'it does not', evidence: [] } as const;
    await expect(experiment.run({ ...plan, findings: () => [speaks] })).rejects.toThrow(
      'The verdict is "failed".\nfailed: it holds: it does not',
    );
    expect(experiment.isConcluded).toBe(true);
  });

  test.describe('failed findings of a load generator that was late', () => {
    const late = {
      check: 'the generator read in time',
      about: 'generator',
      verdict: 'inconclusive',
      message: 'late',
      evidence: [],
    } as const;

    for (const { title, doubts, finding, verdict } of [
      {
        title: 'about answers in time are inconclusive',
        doubts: [late],
        finding: foundInTime,
        verdict: 'inconclusive',
      },
      {
        title: 'about the state of the service stay failed',
        doubts: [late],
        finding: found,
        verdict: 'failed',
      },
      {
        title: 'stay failed when the generator was in time',
        doubts: [],
        finding: foundInTime,
        verdict: 'failed',
      },
    ]) {
      test(title, async () => {
        const { experiment, plan } = made(doubts);
        const findings = () => [finding('it answers', false, 'it does not')];
        await expect(experiment.run({ ...plan, findings })).rejects.toThrow(`The verdict is "${verdict}"`);
        const { fullhouse, deviated } = experiment.journal();
        const { verdict: judged } = fullhouse.findings.find(({ check }) => check === 'it answers')!;
        expect([judged, fullhouse.verdict, deviated]).toEqual([verdict, verdict, verdict === 'failed']);
      });
    }
  });
});
