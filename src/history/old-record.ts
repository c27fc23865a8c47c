import { z } from 'zod';
import { identityOf } from '../targets/judgement.ts';
import { parseTargets, splitTargets } from '../targets/parse.ts';
import type { Reason } from './reason.ts';
import type { HistoryRecord } from './record.ts';

/**
 * The differences of version 1: reasons were sentences, and the names of an experiment and an operation were joined.
 */
const oldSchema = z.looseObject({
  schema: z.literal('fullhouse/record/1'),
  kind: z.enum(['load', 'chaos', 'bench', 'conduct']),
  reasons: z.array(z.string()),
  operations: z.record(z.string(), z.looseObject({})),
  figures: z.record(z.string(), z.looseObject({})),
  targets: z.array(z.looseObject({ target: z.string(), state: z.enum(['met', 'missed', 'inconclusive']) })),
  checks: z.array(
    z.looseObject({
      of: z.string(),
      check: z.string(),
      verdict: z.enum(['passed', 'failed', 'unknown', 'not applicable']),
      says: z.string(),
    }),
  ),
  regressions: z.array(z.looseObject({ metric: z.string(), says: z.string() })),
});

type OldRecord = z.infer<typeof oldSchema>;

/** A record of version 1 in the form of version 2; anything else is returned unchanged. */
export function upgraded(written: unknown): unknown {
  const { data: old } = oldSchema.safeParse(written);
  if (old === undefined) return written;
  const withPart = (entries: Record<string, object>) =>
    Object.fromEntries(
      Object.entries(entries).map(([name, one]) => [name, { ...one, ...partOf(old, name) }]),
    );
  return {
    ...old,
    schema: 'fullhouse/record/2' satisfies HistoryRecord['schema'],
    reasons: old.reasons.map((text) => reasonOf(old, text)),
    operations: withPart(old.operations),
    figures: withPart(old.figures),
    targets: old.targets.map((judged) => ({ ...identityIn(judged.target), ...judged })),
    checks: old.checks.map(({ of, check, verdict, says }) => ({
      scope: of,
      check,
      verdict: verdict === 'unknown' ? 'inconclusive' : verdict,
      message: says,
    })),
    regressions: old.regressions.map(({ says, ...one }) => ({
      ...one,
      ...operationIn(old, one.metric),
      message: says,
    })),
  };
}

function identityIn(target: string): object {
  return identityOf(parseTargets(splitTargets(target))[0]!);
}

/** In chaos, `storm: meeting.join`. */
function partOf({ kind }: OldRecord, name: string): { part?: string } {
  const end = kind === 'chaos' ? name.indexOf(': ') : -1;
  return end < 0 ? {} : { part: name.slice(0, end) };
}

function operationIn({ operations }: OldRecord, metric: string): { operation?: string } {
  const operation = Object.keys(operations).find((name) => metric.startsWith(`${name} `));
  return operation === undefined ? {} : { operation };
}

/** The reason of a sentence, found by the names that the rest of the record holds. */
function reasonOf(old: OldRecord, text: string): Reason {
  const scope = scopesOf(old).find((one) => text.startsWith(`${one}: `));
  const message = scope === undefined ? text : text.slice(scope.length + 2);
  const scoped = scope === undefined ? {} : { scope };
  const check = old.checks.find(
    (one) =>
      one.of === scope && (old.kind === 'conduct' || message.startsWith(`${one.check} ${one.verdict}`)),
  );
  if (check !== undefined) {
    const kind = check.verdict === 'failed' ? 'check failed' : 'check inconclusive';
    return { kind, ...scoped, subject: check.check, message };
  }
  if (scope !== undefined)
    return { kind: old.kind === 'bench' ? 'benchmark problem' : 'experiment aborted', scope, message };
  const regression = old.regressions.find(({ says }) => says === text);
  if (regression !== undefined) return { kind: 'regression', subject: regression.metric, message };
  const target = old.targets.find((one) => one.state !== 'met' && text.includes(one.target));
  if (target === undefined) return { kind: 'other', message };
  const { operation } = parseTargets(splitTargets(target.target))[0]!;
  return {
    kind: target.state === 'missed' ? 'target missed' : 'target inconclusive',
    ...(old.kind === 'bench' && operation !== undefined ? { scope: operation } : {}),
    subject: target.target,
    message,
  };
}

function scopesOf(old: OldRecord): string[] {
  const names = Object.keys(old.operations);
  if (old.kind === 'load') return [];
  if (old.kind === 'bench') return [...names, ...old.targets.map(({ target }) => target.split(' ', 1)[0]!)];
  return [...old.checks.map(({ of }) => of), ...names.flatMap((name) => partOf(old, name).part ?? [])];
}
