import { z } from 'zod';
import { UserError } from '../kernel/errors.ts';
import { thrown } from '../kernel/thrown.ts';
import * as catalogue from './catalogue.ts';
import {
  type Check,
  defineCheck,
  FINDING_VERDICTS,
  type Finding,
  isAgainst,
  type Judgement,
  makerOf,
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
export function judgeHistory(named: NamedCheck, entries: readonly Entry[]): Finding {
  const { name, parameters } = named;
  const check = known.get(name) ?? makerOf(named);
  if (!check) throw new UserError(`Unknown check "${name}". Use one of: ${[...known.keys()].join(', ')}.`);
  const judgement = isOwn(named)
    ? ownJudgement(check, parameters, entries)
    : check.judge(entries, parameters);
  return { check: titleOf(named), ...(check.about && { about: check.about }), ...judgement };
}

/** The name of a check in reports. */
export function titleOf({ name, parameters }: NamedCheck): string {
  return name === allOfThese.checkName ? (parameters as Several).title : name;
}

/** Whether only this process knows the check, or a part of it: a team wrote it, and a journal carries only its name. */
export function isOwn({ name, parameters }: NamedCheck): boolean {
  if (name === allOfThese.checkName) return (parameters as Several).checks.some(isOwn);
  return !known.has(name);
}

/** @throws {UserError} for a check that cannot be judged, before an experiment begins */
export function refuseChecks(checks: readonly NamedCheck[]): void {
  for (const named of checks) {
    if (typeof named === 'function') {
      const { checkName } = named as Check<unknown>;
      throw new UserError(`Check "${checkName}": the check itself was listed. Call it, like viewsAgree().`);
    }
    const maker = makerOf(named);
    if (maker !== undefined && known.has(named.name) && known.get(named.name) !== maker)
      throw new UserError(
        `Check "${named.name}": fullhouse has a check of this name. Give yours another name.`,
      );
  }
}

const judgementSchema = z.object({
  verdict: z.enum(FINDING_VERDICTS),
  message: z.string(),
  evidence: z.array(z.union([z.string(), z.looseObject({ kind: z.string() })])),
});

/** A check of a team that fails itself is inconclusive, and the other checks are judged. */
function ownJudgement(check: Check<unknown>, parameters: unknown, entries: readonly Entry[]): Judgement {
  const inconclusive = (message: string): Judgement => ({ verdict: 'inconclusive', message, evidence: [] });
  // The checks inside are judged one by one.
  if (check === allOfThese) return check.judge(entries, parameters);
  try {
    const judgement = check.judge(entries, parameters);
    if (judgementSchema.safeParse(judgement).success) return judgement;
    return inconclusive('its code returned no judgement; return finding(…), or notApplicable(reason)');
  } catch (error) {
    return inconclusive(`its code ${thrown(error)}`);
  }
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
