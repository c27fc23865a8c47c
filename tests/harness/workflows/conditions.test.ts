import { expect, test } from '@playwright/test';
import { type Circumstances, isRun, simulate } from './job-simulation.ts';
import { type Job, workflowOf, workflows } from './workflow.ts';

const job = (file: string, id: string) => workflows().find((one) => one.file === file)!.jobs[id]!;

/** The steps that run, of those that are told of here. */
const ran = (of: Job, circumstances: Circumstances) => {
  const { outcomes, result } = simulate(of, circumstances);
  return { result, ran: Object.keys(outcomes).filter((name) => outcomes[name] !== 'skipped') };
};

test.describe('a night', () => {
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
      'all is well',
      { files },
      'success',
      [...before, ...start, 'Chaos', 'Benchmarks', 'Conduct', looked, saved, kept],
    ],
    [
      'an image of the service',
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
      'an experiment fails: the benchmarks run all the same, and the night has failed',
      { failing: ['Chaos'], files },
      'failure',
      [...before, ...start, 'Chaos', 'Benchmarks', 'Conduct', looked, saved, kept],
    ],
    [
      'a benchmark fails',
      { failing: ['Benchmarks'], files },
      'failure',
      [...before, ...start, 'Chaos', 'Benchmarks', 'Conduct', looked, saved, kept],
    ],
    [
      'the conduct is bad',
      { failing: ['Conduct'], files },
      'failure',
      [...before, ...start, 'Chaos', 'Benchmarks', 'Conduct', looked, saved, kept],
    ],
    [
      'there is no service: nothing is measured',
      { failing: ['Wait for the service'], files },
      'failure',
      [...before, ...start, looked, saved, kept],
    ],
    [
      'the packages are not to be had, and there is no history yet',
      { failing: ['Install the packages'] },
      'failure',
      ['Check out', 'Set up Node', 'Install the packages', looked, kept],
    ],
    [
      'it is cancelled',
      { cancelledIn: 'Chaos', files },
      'cancelled',
      [...before, ...start, 'Chaos', looked, saved, kept],
    ],
  ];
  for (const [title, circumstances, result, steps] of nights)
    test(title, () => expect(ran(night, circumstances)).toEqual({ result, ran: steps }));
});

test.describe('which job reports a night that failed', () => {
  const tell = job('nightly-chaos.yml', 'tell');
  const nights: [string, result: string, told: string, boolean][] = [
    ['all is well', 'success', 'false', false],
    ['the harness has told what it found', 'failure', 'true', false],
    ['something else failed, or before', 'failure', 'false', true],
    ['its machine was lost', 'failure', '', true],
    ['its time was over', 'cancelled', '', true],
  ];
  for (const [title, result, told, tells] of nights)
    test(title, () => expect(isRun(tell, { night: { result, outputs: { told } } })).toBe(tells));
});

test.describe('checks', () => {
  const checks = job('checks.yml', 'checks');

  test('reports are kept after a failure, and not of a run that a newer push made pointless', () => {
    expect(ran(checks, { failing: ['The gate'] })).toMatchObject({
      result: 'failure',
      ran: expect.arrayContaining(['The gate', 'Keep the reports']),
    });
    expect(ran(checks, { cancelledIn: 'Install the packages' }).ran.at(-1)).toBe('Install the packages');
  });

  test('each supported Node passes the gate as it is run by hand, once', () => {
    expect(checks.strategy?.matrix).toEqual({ node: [20, 22, 24] });
    expect(checks.strategy?.['fail-fast']).toBe(false);
    expect(checks.steps.filter(({ run }) => /\bnpm (?:start|test|run)\b/.test(run ?? ''))).toEqual([]);
    expect(checks.steps.filter(({ run }) => run?.includes('.ci/run')).map(({ run }) => run)).toEqual([
      'bash .ci/run',
    ]);
  });
});

test('a load run keeps its reports when it fails', () => {
  expect(ran(job('load.yml', 'load'), { failing: ['Load'] }).ran.at(-1)).toBe('Keep the reports');
});

for (const [name, suite] of [
  ['deep', 'The deep suite'],
  ['torture', 'The torture'],
] as const) {
  test(`${name} keeps its reports when it fails, readable for the step that uploads them`, () => {
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

test('the simulation applies the implicit success()', () => {
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
