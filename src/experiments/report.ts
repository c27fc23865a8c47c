import { type Finding, isAgainst } from '../checks/check.ts';
import { evidenceLines } from '../checks/evidence.ts';
import { counted, percent } from '../kernel/figures.ts';
import { leftBehindTexts } from '../meetings/roster.ts';
import type { EncodedTimings } from '../timings/encoded.ts';
import { failuresOf, failureTexts } from '../timings/failure-causes.ts';
import { MergedTimings } from '../timings/merged-timings.ts';
import { factText } from './facts.ts';
import { findingsOf, type Journal } from './journal.ts';

const MOST_CAUSES = 5;

const marks: Readonly<Record<Finding['verdict'], string>> = {
  passed: '✅',
  failed: '❌',
  inconclusive: '❔',
  'not applicable': '➖',
};

/** The result of one experiment: the figures, then a line per check. */
export function experimentLines(
  { experiment, duration, fullhouse }: Journal,
  encoded: EncodedTimings,
): string[] {
  const { actions } = new MergedTimings([encoded]);
  const failures = failureTexts(failuresOf(encoded.operations), MOST_CAUSES);
  const latency = actions.ok;
  const figures = [
    `Results: ${counted(actions.total, 'operation')}, ${counted(actions.total - actions.successful, 'failure')}`,
  ];
  if (failures.length > 0) figures.push(`Failures: ${failures.join(', ')}`);
  if (actions.total > 0) figures.push(`Success rate: ${percent((actions.successful / actions.total) * 100)}`);
  if (latency.count > 0) {
    const p95 = latency.valueAtRank(Math.ceil(latency.count * 0.95));
    figures.push(
      `Avg Latency: ${(latency.sumMs / latency.count).toFixed(1)} ms, P95 ${p95.toFixed(1)} ms (${counted(latency.count, 'sample')})`,
    );
  }
  const facts = fullhouse.facts.map((fact) => `${fact.name}: ${factText(fact)}`);
  const findings = findingsOf({ fullhouse });
  return [
    `${marks[fullhouse.verdict]} ${experiment.title}: ${fullhouse.verdict} in ${duration.toFixed(1)} s (seed ${fullhouse.seed})`,
    ...[...figures, ...facts].map((line) => `   ${line}`),
    ...findings.flatMap(findingLines),
    ...leftBehindTexts(fullhouse.leftBehind).map((line) => `   ${line}`),
  ];
}

/** The verdict of an experiment that has not passed, with the evidence. */
export function verdictText({
  verdict,
  findings,
}: Pick<Journal['fullhouse'], 'verdict' | 'findings'>): string {
  const against = findings.filter(isAgainst);
  const lines = against.flatMap(({ check, verdict: found, message, evidence }) => [
    `${found}: ${check}: ${message}`,
    ...evidenceLines(evidence),
  ]);
  return [`The verdict is "${verdict}".`, ...lines].join('\n');
}

/** One line for the finding, and one for each piece of evidence against it. */
export function findingLines({ check, verdict, message, evidence }: Finding): string[] {
  return [
    `   ${marks[verdict]} ${check}: ${message}`,
    ...evidenceLines(evidence).map((line) => `        ${line}`),
  ];
}
