import { UserError } from '../kernel/errors.ts';
import type { ReconnectPolicy } from '../meetings/reconnect-policy.ts';
import { acknowledgedIsDone, nothingTwiceApplied } from './acknowledged-is-done.ts';
import { adviceFitsContract } from './advice.ts';
import { entriesAmong, together } from './among.ts';
import { delaysFitPolicy } from './backoff.ts';
import { capacityIsExact } from './capacity.ts';
import { changesAlternate } from './changes-alternate.ts';
import type { Check, Finding } from './check.ts';
import { dropsAreNoticed, type NoticeBounds } from './drops.ts';
import { noEventLost, noEventTwice, orderIsKept } from './events-arrive-once.ts';
import { ghostsAreRemoved } from './ghosts.ts';
import type { Entry } from './ledger.ts';
import { nobodyTwice } from './nobody-twice.ts';
import { nothingSucceeds } from './nothing-succeeds.ts';
import type { Stretch } from './operations.ts';
import { type Liveness, operationsComplete } from './operations-complete.ts';
import { healthIsTrue } from './outage.ts';
import { limitIsPerUser } from './rate-limit.ts';
import { gapsAreFollowedByResync, reconnectStateIsFresh } from './reconnect-state.ts';
import { rosterIsTrue } from './roster-is-true.ts';
import { viewsAgree } from './views-agree.ts';

/** Every check by its name, with the parameters that it needs: what a journal names, `recheck` finds here. */
const makers = {
  'roster is true': () => rosterIsTrue,
  'nobody twice': () => nobodyTwice,
  'no event twice': () => noEventTwice,
  'no event lost': ({ graceMs, observers }: { graceMs: number; observers?: readonly string[] }) =>
    noEventLost(graceMs, observers),
  'order is kept': () => orderIsKept,
  'acknowledged is done': () => acknowledgedIsDone,
  'nothing twice applied': () => nothingTwiceApplied,
  'views agree': () => viewsAgree,
  'ghosts are removed': ({ withinMs }: { withinMs: number }) => ghostsAreRemoved(withinMs),
  'capacity is exact': ({ limit }: { limit: number }) => capacityIsExact(limit),
  'reconnect state is fresh': () => reconnectStateIsFresh,
  'gaps are followed by resync': () => gapsAreFollowedByResync,
  'delays fit policy': ({ policy, lateMs }: { policy: ReconnectPolicy; lateMs: number }) =>
    delaysFitPolicy(policy, lateMs),
  'drops are noticed': (bounds: NoticeBounds) => dropsAreNoticed(bounds),
  'limit is per user': ({ who }: { who: string }) => limitIsPerUser(who),
  'advice fits contract': () => adviceFitsContract,
  'changes alternate': () => changesAlternate,
  'operations complete': (liveness: Liveness) => operationsComplete(liveness),
  'nothing succeeds': (cutOff: { who: readonly string[]; during: Stretch }) => nothingSucceeds(cutOff),
  'health is true': (bounds: { graceMs: number }) => healthIsTrue(bounds),
  'all of these': ({ title, idsBegin, checks }: Several): Check => {
    return (entries) => {
      const theirs = entriesAmong(idsBegin, entries);
      return together(
        title,
        checks.map((named) => judgeHistory(named, theirs)),
      );
    };
  },
} satisfies Record<string, (parameters: never) => Check>;

export type CheckName = keyof typeof makers;
type Parameters<Name extends CheckName> = (typeof makers)[Name] extends (parameters: infer P) => Check
  ? P
  : never;

/** A check as data, so that a journal can carry it and judge the history again offline. */
export interface NamedCheck {
  readonly name: CheckName;
  readonly parameters?: unknown;
}

/** Several checks over what tells of some participants only, as one finding with a title of its own. */
interface Several {
  readonly title: string;
  readonly idsBegin: string;
  readonly checks: readonly NamedCheck[];
}

/** Names a check that the catalogue has, with its parameters. */
export function check<Name extends CheckName>(
  name: Name,
  ...[parameters]: unknown extends Parameters<Name> ? [] : [Parameters<Name>]
): NamedCheck {
  return parameters === undefined ? { name } : { name, parameters };
}

/** Judges a history. An unknown name comes from a journal of another version. */
export function judgeHistory({ name, parameters }: NamedCheck, entries: readonly Entry[]): Finding {
  const make = makers[name] as ((parameters: unknown) => Check) | undefined;
  if (!make) throw new UserError(`Unknown check "${name}". Use one of: ${Object.keys(makers).join(', ')}.`);
  return make(parameters)(entries);
}
