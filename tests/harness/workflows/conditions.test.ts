import { expect, test } from '@playwright/test';
import { type Circumstances, isRun, simulate } from './job-simulation.ts';
import { type Job, workflowOf, workflows } from './workflow.ts';

const job = (file: string, id: string) => workflows().find((one) => one.file === file)!.jobs[id]!;

/** The result of the job, and the steps that run. */
const ran = (of: Job, circumstances: Circumstances) => {
  const { outcomes, result } = simulate(of, circumstances);
  return { result, ran: Object.keys(outcomes).filter((name) => outcomes[name] !== 'skipped') };
};

test.describe('the nightly chaos job', () => {
  const night = job('nightly-chaos.yml', 'night');
  const image = { vars: { MEETINGS_SERVICE_IMAGE: 'ghcr.io/somebody/meetings:1' } };
  const before = [
    'Check out',
    'Set up Node',
    'Install the packages',
    'Restore the history of the nights before',
  ];
  const start = ['Start the reference service', 'Wait for the service'];
  const [looked, saved] = ['Look whether all was judged', 'Save the history'];
  const kept = 'Keep the reports';
  const files = 'some';

  const nights: [string, Circumstances, string, string[]][] = [
    [
      'runs all steps if none fails',
      { files },
      'success',
      [...before, ...start, 'Chaos', 'Benchmarks', 'Conduct', looked, saved, kept],
    ],
    [
      'tests the image of the service if one is set',
      { ...image, files },
      'success',
      [
        ...before,
        'Wait for the service',
        'Chaos',
        'Benchmarks',
        'Conduct',
        looked,
        saved,
        "Keep the log of the service's container",
        kept,
      ],
    ],
    [
      'fails after a failed experiment, and still runs the benchmarks',
      { failing: ['Chaos'], files },
      'failure',
      [...before, ...start, 'Chaos', 'Benchmarks', 'Conduct', looked, saved, kept],
    ],
    [
      'fails after a failed benchmark',
      { failing: ['Benchmarks'], files },
      'failure',
      [...before, ...start, 'Chaos', 'Benchmarks', 'Conduct', looked, saved, kept],
    ],
    [
      'fails after a failed conduct question',
      { failing: ['Conduct'], files },
      'failure',
      [...before, ...start, 'Chaos', 'Benchmarks', 'Conduct', looked, saved, kept],
    ],
    [
      'measures nothing without a service',
      { failing: ['Wait for the service'], files },
      'failure',
      [...before, ...start, looked, saved, kept],
    ],
    [
      'keeps its reports if the packages cannot be installed and no history exists',
      { failing: ['Install the packages'] },
      'failure',
      ['Check out', 'Set up Node', 'Install the packages', looked, kept],
    ],
    [
      'saves its history and reports if it is cancelled',
      { cancelledIn: 'Chaos', files },
      'cancelled',
      [...before, ...start, 'Chaos', looked, saved, kept],
    ],
  ];
  for (const [title, circumstances, result, steps] of nights)
    test(title, () => expect(ran(night, circumstances)).toEqual({ result, ran: steps }));
});

test.describe('the job that reports a night without a verdict', () => {
  const tell = job('nightly-chaos.yml', 'tell');
  const nights: [string, result: string, told: string, boolean][] = [
    ['is skipped after a good night', 'success', 'false', false],
    ['is skipped if the harness has sent an alert', 'failure', 'true', false],
    ['runs if the night failed and the harness sent no alert', 'failure', 'false', true],
    ['runs if the machine of the night was lost', 'failure', '', true],
    ['runs if the night reached its time limit', 'cancelled', '', true],
  ];
  for (const [title, result, told, tells] of nights)
    test(title, () => expect(isRun(tell, { night: { result, outputs: { told } } })).toBe(tells));
});

test.describe('the checks job', () => {
  const checks = job('checks.yml', 'checks');

  test('keeps its reports after a failure, but not after a cancellation by a newer push', () => {
    expect(ran(checks, { failing: ['The gate'] })).toMatchObject({
      result: 'failure',
      ran: expect.arrayContaining(['The gate', 'Keep the reports']),
    });
    expect(ran(checks, { cancelledIn: 'Install the packages' }).ran.at(-1)).toBe('Install the packages');
  });

  test('runs .ci/run once for each supported Node', () => {
    expect(checks.strategy?.matrix).toEqual({ node: [20, 22, 24] });
    expect(checks.strategy?.['fail-fast']).toBe(false);
    expect(checks.steps.filter(({ run }) => /\bnpm (?:start|test|run)\b/.test(run ?? ''))).toEqual([]);
    expect(checks.steps.filter(({ run }) => run?.includes('.ci/run')).map(({ run }) => run)).toEqual([
      'bash .ci/run',
    ]);
  });
});

test('the load job keeps its reports after a failure', () => {
  expect(ran(job('load.yml', 'load'), { failing: ['Load'] }).ran.at(-1)).toBe('Keep the reports');
});

for (const [name, suite] of [
  ['deep', 'The deep suite'],
  ['torture', 'The torture'],
] as const) {
  test(`the nightly job ${name} makes its reports readable and keeps them after a failure`, () => {
    const nightly = job('nightly-tests.yml', name);
    expect(ran(nightly, { failing: [suite] })).toMatchObject({ result: 'failure' });
    expect(ran(nightly, { failing: [suite] }).ran.slice(-3)).toEqual([
      suite,
      'Make the reports readable',
      'Keep the reports',
    ]);
    expect(ran(nightly, { failing: ['Install Chromium'] }).ran).not.toContain(suite);
  });
}

test('the job simulation applies the implicit success() of a condition', () => {
  const { a } = workflowOf(
    'x.yml',
    `
jobs:
  a:
    steps:
      - { name: fails, id: first }
      - { name: bare, if: steps.first.outcome == 'failure' }
      - { name: asks, if: "!cancelled() && steps.first.outcome == 'failure'" }
      - { name: other, if: "failure() && steps.first.outcome == 'success'" }
      - { name: typing, if: "failure() && steps.frist.outcome == 'failure'" }`,
  ).jobs;
  expect(simulate(a!, { failing: ['fails'] }).outcomes).toEqual({
    fails: 'failure',
    bare: 'skipped',
    asks: 'success',
    other: 'skipped',
    typing: 'skipped',
  });
  expect(isRun({ steps: [], if: 'failure()' }, { b: { result: 'cancelled', outputs: {} } })).toBe(false);
});
