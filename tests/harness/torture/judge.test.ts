import { expect, test } from '@playwright/test';
import { brokenLine, describeEnd, faultsOf, lostMs, type Observed, printedVerdicts } from './judge.ts';
import { type Case, planOf } from './plan.ts';
import { programs } from './programs.ts';

const load = programs.find(({ name }) => name === 'load')!.variants[0]!;
const drawn = planOf({ seed: 'test', count: 1 })[0]!;
/** SIGTERM to the main process, 12 seconds after a crowd of 14 seconds began. */
const asked: Case = {
  ...drawn,
  program: 'load',
  variant: load,
  whom: 'main',
  signal: 'SIGTERM',
  pauseS: undefined,
  reach: 'alone',
};
const killed: Case = { ...asked, signal: 'SIGKILL' };

const ended = { code: 0, signal: null, isOverdue: false, output: '✅ PASSED\n' } as const;
const interrupted = { ...ended, code: 143, output: '⏹ INTERRUPTED\n' } as const;
const BEGAN = 1_000_000;
const well: Observed = {
  run: { ...interrupted, pid: 7, seen: new Set(), killed: [], killedAtMs: BEGAN + 12_000, begunAtMs: BEGAN },
  left: [],
  folders: [],
  foldersAfterNext: [],
  reach: { fromMs: BEGAN, toMs: BEGAN + 10_000 },
  report: { ...ended, verdicts: ['interrupted'] },
  next: { ...ended, isBusy: false },
};
/** The same with another run. */
const withRun = (run: Partial<Observed['run']>): Observed => ({ ...well, run: { ...well.run, ...run } });

test('a run that was asked to end and printed its results is fine', () => {
  expect(faultsOf(asked, well)).toEqual([]);
  expect(lostMs(asked, well)).toBe(2000);
});

test('what is left is named', () => {
  expect(faultsOf(killed, { ...well, left: ['process 7 (x)'] })).toEqual(['left behind: process 7 (x)']);
  // Whoever is killed cannot clear up: the next run does.
  const folders = { ...well, folders: ['fullhouse-a'] };
  expect(faultsOf(killed, folders)).toEqual([]);
  expect(faultsOf(asked, folders)).toEqual(['left behind: folder fullhouse-a']);
  expect(faultsOf(killed, { ...folders, foldersAfterNext: ['fullhouse-a'] })).toEqual([
    'left behind after the next run: folder fullhouse-a',
  ]);
});

test('at most ten seconds are lost', () => {
  const to = (toMs: number | undefined) => faultsOf(killed, { ...well, reach: { fromMs: BEGAN, toMs } });
  expect(to(BEGAN + 2000)).toEqual([]);
  expect(to(BEGAN + 1000)).toEqual(['the evidence ends 11.0 s before the kill']);
  expect(to(undefined)).toEqual(['no evidence of 12.0 s before the kill']);
  // Where not even the beginning is known, the run has shown it.
  const nothing = { ...well, reach: { fromMs: undefined, toMs: undefined } };
  expect(faultsOf(killed, nothing)).toEqual(['no evidence of 12.0 s before the kill']);
  const young = withRun({ killedAtMs: BEGAN + 9000 });
  expect(faultsOf(killed, { ...young, reach: { fromMs: BEGAN, toMs: undefined } })).toEqual([]);
});

test('a crowd that has gone records nothing more', () => {
  const late = { ...withRun({ killedAtMs: BEGAN + 60_000 }), reach: { fromMs: BEGAN, toMs: BEGAN + 14_000 } };
  expect(lostMs(killed, late)).toBe(0);
  expect(faultsOf(killed, late)).toEqual([]);
});

test('exit code and printed verdict agree', () => {
  expect(faultsOf(asked, withRun({ code: 0 }))).toEqual(['the run ended with 0 and printed INTERRUPTED']);
  expect(faultsOf(asked, withRun({ code: 1, output: '✅ PASSED\n' }))).toEqual([
    'the run ended with 1 and printed PASSED alone',
  ]);
  expect(faultsOf(asked, withRun({ code: 1, output: '✘ load › slice 1 (failed)\n✅ PASSED\n' }))).toEqual([]);
});

test('a run that is asked once to end prints its results', () => {
  const silent = withRun({ code: null, signal: 'SIGTERM', output: 'Service  http://127.0.0.1:1\n' });
  expect(faultsOf(asked, silent)).toEqual([
    'SIGTERM during the crowd: no verdict was printed (ended with SIGTERM)',
  ]);
  expect(faultsOf(killed, silent)).toEqual([]);
  expect(faultsOf({ ...asked, pauseS: 0.1 }, silent)).toEqual([]);
  expect(faultsOf(asked, withRun({ ...silent.run, begunAtMs: undefined }))).toEqual([]);
});

test('a report is made of what there is, and does not make it better', () => {
  const report = { ...ended, verdicts: ['interrupted'] };
  expect(faultsOf(killed, { ...well, report: { ...report, code: 1 } })).toEqual([
    'the report of the run ended with 1',
  ]);
  expect(faultsOf(killed, { ...well, report: { ...report, verdicts: [] } })).toEqual([
    'the report has no verdict',
  ]);
  expect(faultsOf(killed, { ...well, report: { ...report, verdicts: ['passed'] } })).toEqual([
    'the report shows passed',
  ]);
});

test('the next run works, or the machine is busy', () => {
  const failed = { ...ended, code: 1, output: '❔ INCONCLUSIVE\n' };
  expect(faultsOf(killed, { ...well, next: { ...failed, isBusy: true } })).toEqual([]);
  expect(faultsOf(killed, { ...well, next: { ...failed, isBusy: false } })).toEqual([
    'the next run ended with 1',
  ]);
  expect(faultsOf(killed, { ...well, next: { ...failed, isBusy: false, isOverdue: true } })).toEqual([
    'the next run did not end in time',
  ]);
});

test('verdicts of crowds, benchmarks and experiments are read', () => {
  expect(printedVerdicts('✅ PASSED\n  not FAILED\n❔ INCONCLUSIVE\n')).toEqual(['PASSED', 'INCONCLUSIVE']);
  expect(printedVerdicts('Experiments: 2 passed, 0 failed, 1 interrupted')).toEqual([
    'PASSED',
    'INTERRUPTED',
  ]);
});

test('an end is described in words', () => {
  expect(describeEnd(interrupted)).toBe('exit code 143, INTERRUPTED');
  expect(describeEnd({ ...ended, code: null, signal: 'SIGKILL', output: '' })).toBe('SIGKILL');
});

test('no user sees a stack trace, or a missing value', () => {
  expect(brokenLine('Error: no\n    at open (/a/b.ts:12:3)\n')).toBe('    at open (/a/b.ts:12:3)');
  expect(brokenLine('P95 NaN ms')).toBe('P95 NaN ms');
  expect(brokenLine('undefined users')).toBe('undefined users');
  expect(brokenLine('Start it at 12:30\n  at most 5 ms\n')).toBeUndefined();
});
