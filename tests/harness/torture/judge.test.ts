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

test('faultsOf() accepts a run that printed its results after SIGTERM', () => {
  expect(faultsOf(asked, well)).toEqual([]);
  expect(lostMs(asked, well)).toBe(2000);
});

test('faultsOf() names leftover processes and folders', () => {
  expect(faultsOf(killed, { ...well, left: ['process 7 (x)'] })).toEqual(['left behind: process 7 (x)']);
  // A killed process cannot remove its folders; the next run removes them.
  const folders = { ...well, folders: ['fullhouse-a'] };
  expect(faultsOf(killed, folders)).toEqual([]);
  expect(faultsOf(asked, folders)).toEqual(['left behind: folder fullhouse-a']);
  expect(faultsOf(killed, { ...folders, foldersAfterNext: ['fullhouse-a'] })).toEqual([
    'left behind after the next run: folder fullhouse-a',
  ]);
});

test('faultsOf() reports evidence that ends more than 10 s before the kill', () => {
  const to = (toMs: number | undefined) => faultsOf(killed, { ...well, reach: { fromMs: BEGAN, toMs } });
  expect(to(BEGAN + 2000)).toEqual([]);
  expect(to(BEGAN + 1000)).toEqual(['the evidence ends 11.0 s before the kill']);
  expect(to(undefined)).toEqual(['no evidence of 12.0 s before the kill']);
  // Without a known start of the evidence, the output of the run has the start.
  const nothing = { ...well, reach: { fromMs: undefined, toMs: undefined } };
  expect(faultsOf(killed, nothing)).toEqual(['no evidence of 12.0 s before the kill']);
  const young = withRun({ killedAtMs: BEGAN + 9000 });
  expect(faultsOf(killed, { ...young, reach: { fromMs: BEGAN, toMs: undefined } })).toEqual([]);
});

test('faultsOf() expects no evidence after the end of the crowd', () => {
  const late = { ...withRun({ killedAtMs: BEGAN + 60_000 }), reach: { fromMs: BEGAN, toMs: BEGAN + 14_000 } };
  expect(lostMs(killed, late)).toBe(0);
  expect(faultsOf(killed, late)).toEqual([]);
});

test('faultsOf() reports an exit code that contradicts the printed verdict', () => {
  expect(faultsOf(asked, withRun({ code: 0 }))).toEqual(['the run ended with 0 and printed INTERRUPTED']);
  expect(faultsOf(asked, withRun({ code: 1, output: '✅ PASSED\n' }))).toEqual([
    'the run ended with 1 and printed PASSED alone',
  ]);
  expect(faultsOf(asked, withRun({ code: 1, output: '✘ load › slice 1 (failed)\n✅ PASSED\n' }))).toEqual([]);
});

test('faultsOf() reports a run without a verdict after one SIGTERM', () => {
  const silent = withRun({ code: null, signal: 'SIGTERM', output: 'Service  http://127.0.0.1:1\n' });
  expect(faultsOf(asked, silent)).toEqual([
    'SIGTERM during the crowd: no verdict was printed (ended with SIGTERM)',
  ]);
  expect(faultsOf(killed, silent)).toEqual([]);
  expect(faultsOf({ ...asked, pauseS: 0.1 }, silent)).toEqual([]);
  expect(faultsOf(asked, withRun({ ...silent.run, begunAtMs: undefined }))).toEqual([]);
});

test('faultsOf() reports a failed report, a missing verdict and a better verdict', () => {
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

test('faultsOf() reports a failed next run, except on a busy machine', () => {
  const failed = { ...ended, code: 1, output: '❔ INCONCLUSIVE\n' };
  expect(faultsOf(killed, { ...well, next: { ...failed, isBusy: true } })).toEqual([]);
  expect(faultsOf(killed, { ...well, next: { ...failed, isBusy: false } })).toEqual([
    'the next run ended with 1',
  ]);
  expect(faultsOf(killed, { ...well, next: { ...failed, isBusy: false, isOverdue: true } })).toEqual([
    'the next run did not end in time',
  ]);
});

test('printedVerdicts() reads the verdicts of crowds, benchmarks and experiments', () => {
  expect(printedVerdicts('✅ PASSED\n  not FAILED\n❔ INCONCLUSIVE\n')).toEqual(['PASSED', 'INCONCLUSIVE']);
  expect(printedVerdicts('Experiments: 2 passed, 0 failed, 1 interrupted')).toEqual([
    'PASSED',
    'INTERRUPTED',
  ]);
});

test('describeEnd() describes an exit code or a signal', () => {
  expect(describeEnd(interrupted)).toBe('exit code 143, INTERRUPTED');
  expect(describeEnd({ ...ended, code: null, signal: 'SIGKILL', output: '' })).toBe('SIGKILL');
});

test('brokenLine() finds stack traces and missing values in the output', () => {
  expect(brokenLine('Error: no\n    at open (/a/b.ts:12:3)\n')).toBe('    at open (/a/b.ts:12:3)');
  expect(brokenLine('P95 NaN ms')).toBe('P95 NaN ms');
  expect(brokenLine('undefined users')).toBe('undefined users');
  expect(brokenLine('Start it at 12:30\n  at most 5 ms\n')).toBeUndefined();
});
