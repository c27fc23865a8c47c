import { plainTable } from '../../../src/kernel/plain-table.ts';
import type { CaseResult } from './case.ts';
import { seconds } from './judge.ts';
import { type Case, describeKill, signals } from './plan.ts';
import { roles } from './roles.ts';

/** `17/200  load  main SIGTERM  5.20 s after worker  exit code 143, INTERRUPTED · left nothing · evidence to 0.8 s before · next run passed` */
export function caseLine(result: CaseResult, count: number): string {
  return `${caseStart(result.case, count)}  ${outcome(result)}`;
}

/** The description of a case. */
function caseStart(one: Case, count: number): string {
  const number = `${one.number}/${count}`.padStart(2 * String(count).length + 1);
  const when = `${one.after.seconds.toFixed(2)} s after ${one.after.role}`;
  return `${number}  ${one.program.padEnd(6)}  ${describeKill(one).padEnd(31)}  ${when.padEnd(27)}`;
}

function outcome({ faults, isTooLate, end, lostMs, isNextBusy, keptIn }: CaseResult): string {
  if (faults.length > 0)
    return [`❌ ${end}`, ...faults.map((fault) => `     ❌ ${fault}`), `     ${keptIn}`].join('\n');
  const evidence = lostMs === undefined ? 'nothing recorded yet' : `evidence to ${seconds(lostMs)} before`;
  const kill = isTooLate ? ['had ended before the kill'] : ['left nothing', evidence];
  return [end, ...kill, `next run ${isNextBusy ? 'inconclusive (busy)' : 'passed'}`].join(' · ');
}

/** The number of good cases by process and signal. */
export function summaryLines(results: readonly CaseResult[]): string[] {
  const row = (whom: string, of: readonly CaseResult[]) => [
    whom,
    ...signals.map((signal) => part(of.filter((result) => result.case.signal === signal))),
    part(of),
  ];
  const rows = roles
    .map((role) => ({ role, of: results.filter((result) => result.case.whom === role) }))
    .filter(({ of }) => of.length > 0)
    .map(({ role, of }) => row(role, of));
  return plainTable([['process', ...signals, 'all'], ...rows, row('all', results)]);
}

function part(of: readonly CaseResult[]): string {
  if (of.length === 0) return '–';
  return `${of.filter(({ faults }) => faults.length === 0).length}/${of.length}`;
}
