import { assertNever } from '../kernel/errors.ts';
import type { Judgement } from '../targets/judgement.ts';

/**
 * What a finding makes unreliable when it is not ok. Latencies are not listed: their brackets include the time that the
 * generator adds.
 * - `everything`: calls could not be made. The run proves nothing about the service, whether targets are met or not.
 * - `load`: the load was not the requested one, so a met target proves little.
 * - `pages`: page timings have no bracket, so a missed page target does not prove a fault of the service.
 * - `connections`: pings were read too late, so a lost connection does not prove a fault of the service.
 * - `nothing`: a warning.
 */
export type Spoils = 'everything' | 'load' | 'pages' | 'connections' | 'nothing';

/** One self-check of the generator. */
export interface SelfCheckFinding {
  readonly check: string;
  readonly value: number;
  readonly bound: number;
  readonly unit: string;
  readonly ok: boolean;
  readonly spoils: Spoils;
  /** What to do when it is not ok. */
  readonly hint: string;
}

/** The findings that make a verdict inconclusive: for any target, or for a missed one. */
export function standing<Finding extends Pick<SelfCheckFinding, 'ok' | 'spoils'>>(
  findings: readonly Finding[],
  targets: readonly (Pick<Judgement, 'operation' | 'statistic'> & { readonly state: string })[],
): Finding[] {
  return findings.filter(
    ({ ok, spoils }) =>
      !ok &&
      (spoils === 'everything' ||
        spoils === 'load' ||
        targets.some((target) => target.state === 'missed' && isSpoilt(target, spoils))),
  );
}

/** Whether a target was missed because of the service: no finding about the load generator may be the cause. */
export function isMissed(
  target: Pick<Judgement, 'operation' | 'statistic'> & { readonly state: string },
  findings: readonly Pick<SelfCheckFinding, 'ok' | 'spoils'>[],
): boolean {
  return target.state === 'missed' && !findings.some(({ ok, spoils }) => !ok && isSpoilt(target, spoils));
}

/** Whether this finding means that a missed target proves nothing against the service. */
export function isSpoilt(
  { operation, statistic }: Pick<Judgement, 'operation' | 'statistic'>,
  spoils: Spoils,
): boolean {
  switch (spoils) {
    case 'pages':
      return operation?.startsWith('page.') ?? false;
    case 'connections':
      return statistic === 'connections lost';
    case 'everything':
      return true;
    case 'load': // With the full load, or with load at the right time, the target would be missed too.
    case 'nothing':
      return false;
    default:
      return assertNever(spoils);
  }
}
