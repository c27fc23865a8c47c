import type { Finding } from './check.ts';
import type { Entry } from './ledger.ts';

/**
 * The part of a history that tells of some participants, as a history of its own: several meetings that are observed
 * side by side are judged one by one. `idsBegin` is what the ids of these participants begin with, and no others.
 */
export function entriesAmong(idsBegin: string, entries: readonly Entry[]): readonly Entry[] {
  return entries
    .filter(({ who }) => who === 'experiment' || who.startsWith(idsBegin))
    .map((entry, n) => ({ ...entry, n }));
}

/** Several findings as one, which is as good as the worst of them. */
export function together(check: string, findings: readonly Finding[]): Finding {
  const verdicts = findings.map(({ verdict }) => verdict);
  const isUnknown = findings.length === 0 || verdicts.includes('unknown');
  const against = findings.filter(({ verdict }) => verdict !== 'passed');
  const not = against.length === 0 ? '' : `, but not: ${against.map((one) => one.check).join(', ')}`;
  return {
    check,
    verdict: verdicts.includes('failed') ? 'failed' : isUnknown ? 'unknown' : 'passed',
    says:
      findings.length === 1
        ? findings[0]!.says
        : `${findings.length - against.length} of ${findings.length} checks hold${not}`,
    evidence: against.flatMap((one) => [`${one.verdict}: ${one.check}: ${one.says}`, ...one.evidence]),
  };
}
