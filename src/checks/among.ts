import { type Finding, isAgainst, verdictOver } from './check.ts';
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
  const against = findings.filter(isAgainst);
  const silent = findings.filter(({ verdict }) => verdict === 'not applicable');
  const judged = findings.length - silent.length;
  const not = against.length === 0 ? '' : `, but not: ${against.map((one) => one.check).join(', ')}`;
  return {
    check,
    verdict: verdictOver(findings.map(({ verdict }) => verdict)),
    says:
      findings.length === 1
        ? findings[0]!.says
        : `${judged - against.length} of ${judged} checks hold${not}${notApplicableTo(silent)}`,
    evidence: against.flatMap((one) => [`${one.verdict}: ${one.check}: ${one.says}`, ...one.evidence]),
  };
}

function notApplicableTo(silent: readonly Finding[]): string {
  if (silent.length === 0) return '';
  const reasons = [...new Set(silent.map(({ says }) => says))].join('; ');
  return `, ${silent.length} not applicable (${reasons})`;
}
