import { UserError } from '../kernel/errors.ts';
import * as catalogue from './catalogue.ts';
import {
  type Check,
  defineCheck,
  type Finding,
  isAgainst,
  type Judgement,
  type NamedCheck,
  verdictOver,
} from './check.ts';
import type { Entry } from './ledger.ts';

/** Several checks over the entries of some participants only, as one finding with a title of its own. */
interface Several {
  readonly title: string;
  readonly idsBegin: string;
  readonly checks: readonly NamedCheck[];
}

export const allOfThese = defineCheck('all of these', (entries, { idsBegin, checks }: Several) => {
  const theirs = entriesAmong(idsBegin, entries);
  return together(checks.map((named) => judgeHistory(named, theirs)));
});

const known = new Map(
  [...Object.values(catalogue), allOfThese].map((one) => [one.checkName, one as Check<unknown>]),
);

/** Judges a history. An unknown name comes from a journal of another version. */
export function judgeHistory({ name, parameters }: NamedCheck, entries: readonly Entry[]): Finding {
  const check = known.get(name);
  if (!check) throw new UserError(`Unknown check "${name}". Use one of: ${[...known.keys()].join(', ')}.`);
  const title = check === allOfThese ? (parameters as Several).title : name;
  return { check: title, ...(check.about && { about: check.about }), ...check.judge(entries, parameters) };
}

/**
 * The part of a history about some participants, as a separate history, so that several meetings are
 * judged one by one. `idsBegin` is the prefix of the ids of these participants, and of no other ids.
 */
export function entriesAmong(idsBegin: string, entries: readonly Entry[]): readonly Entry[] {
  return entries
    .filter(({ who }) => who === 'experiment' || who.startsWith(idsBegin))
    .map((entry, n) => ({ ...entry, n }));
}

/** Several findings as one, with the worst verdict of them. */
export function together(findings: readonly Finding[]): Judgement {
  const against = findings.filter(isAgainst);
  const silent = findings.filter(({ verdict }) => verdict === 'not applicable');
  const judged = findings.length - silent.length;
  const not = against.length === 0 ? '' : `, but not: ${against.map((one) => one.check).join(', ')}`;
  return {
    verdict: verdictOver(findings.map(({ verdict }) => verdict)),
    message:
      findings.length === 1
        ? findings[0]!.message
        : `${judged - against.length} of ${judged} checks hold${not}${notApplicableTo(silent)}`,
    evidence: against.flatMap((one) => [`${one.verdict}: ${one.check}: ${one.message}`, ...one.evidence]),
    ...(against.length > 0 && against.every(({ about }) => about === 'time') ? { about: 'time' } : {}),
  };
}

function notApplicableTo(silent: readonly Finding[]): string {
  if (silent.length === 0) return '';
  const reasons = [...new Set(silent.map(({ message }) => message))].join('; ');
  return `, ${silent.length} not applicable (${reasons})`;
}
