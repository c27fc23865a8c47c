import { type CrowdRecord, isInterrupted } from '../../crowd/coordinator/messages.ts';
import { whyLost } from '../../crowd/lost-slice.ts';
import { isSpoilt, standing } from '../../crowd/self-check.ts';
import { reasonsAgainst } from '../../history/past.ts';
import { type Reason, unmetReason } from '../../history/reason.ts';
import { counted, inUnit } from '../../kernel/figures.ts';
import type { Judgement } from '../../targets/judgement.ts';
import type { CrowdEvidence } from '../evidence/crowd-evidence.ts';
import { causeFirst } from './answer/order.ts';
import { latencyLabel, slowest } from './answer/slowest.ts';
import type { Doubts } from './doubts.ts';
import type { Summary } from './schema.ts';
import { missingShards, missingShardText, partOf } from './wholeness.ts';

type Finding = Summary['selfCheck']['findings'][number];

export interface Evidence {
  readonly crowd: CrowdRecord & Partial<Pick<CrowdEvidence, 'facts' | 'mergedFrom' | 'comparison'>>;
  readonly targets: readonly Judgement[];
  readonly findings: readonly Finding[];
  /** Counts that do not add up; the run is then invalid. */
  readonly discrepancies: readonly string[];
  readonly doubts: Doubts;
  readonly operations: Summary['operations'];
}

/**
 * The verdict of a run, and why it is not "passed". Failed: a slice was lost, counts do not add up, a target was missed
 * (a latency: at both ends of its bracket), a room event or an answer was wrong, or the run became slower; unless the
 * load generator may be the cause. Inconclusive: a limit lies within a bracket, the load was not as requested, the run
 * was stopped early, has no target, has too few users, could not be compared with its past, or is one shard of several.
 */
export function verdictOf(evidence: Evidence): Pick<Summary, 'verdict' | 'reasons'> {
  const { crowd } = evidence;
  if (crowd.notBegun !== undefined) {
    const reasons: Reason[] = [{ kind: 'not started', message: crowd.notBegun }];
    return { verdict: isInterrupted(crowd) ? 'interrupted' : 'failed', reasons };
  }
  const reasons = reasonsOf(evidence);
  const verdict = isInterrupted(crowd) ? 'interrupted' : judged(evidence, reasons);
  return { verdict, reasons: causeFirst(reasons, { verdict, targets: evidence.targets }) };
}

/** Invalid runs first; then findings that prove nothing about the service; then the results of the service. */
function judged({ crowd, targets, findings }: Evidence, reasons: readonly Reason[]): Summary['verdict'] {
  const has = (...kinds: Reason['kind'][]) => reasons.some(({ kind }) => kinds.includes(kind));
  if (has('slice lost', 'shard missing', 'counts differ') || crowd.reports.length === 0) return 'failed';
  const doubtful = standing(findings, targets);
  // Calls could not be made: results under another load prove nothing.
  if (doubtful.some(({ spoils }) => spoils === 'everything')) return 'inconclusive';
  // Targets are about the whole crowd.
  if (has('one shard')) return 'inconclusive';
  const isProof = (target: Judgement) => !doubtful.some(({ spoils }) => isSpoilt(target, spoils));
  const missed = targets.filter(({ state }) => state === 'missed');
  if (missed.some(isProof) || has('wrong result')) return 'failed';
  if (has('load generator', 'target missed', 'target inconclusive')) return 'inconclusive';
  if (has('regression')) return 'failed';
  return reasons.length === 0 ? 'passed' : 'inconclusive';
}

function reasonsOf({ crowd, targets, findings, discrepancies, doubts, operations }: Evidence): Reason[] {
  const part = partOf(crowd);
  const lost = lostParts(crowd);
  // A run that ended early or lost a slice has these reasons already.
  const isWhole = crowd.stopped === null && lost.length === 0 && part === null;
  const unmet = (state: Judgement['state']) => targets.filter((target) => target.state === state);
  const reason = (kind: Reason['kind']) => (message: string) => ({ kind, message });
  // The bounds of the load are those of a whole schedule.
  const doubtful = standing(findings, targets).filter(
    ({ spoils }) => !isInterrupted(crowd) || spoils === 'everything',
  );
  // Without a slice there are fewer users.
  const unclear = unmet('inconclusive').filter(({ statistic }) => isWhole || statistic !== 'users reached');
  return [
    ...(part === null ? [] : [{ kind: 'one shard' as const, ...part }]),
    ...(crowd.stopped === null ? [] : [reason('stopped early')(`stopped early: ${crowd.stopped.reason}`)]),
    ...(targets.length === 0 ? [reason('no target')('no target was judged')] : []),
    ...lost,
    ...discrepancies.map(reason('counts differ')),
    ...doubts.failed.map(reason('wrong result')),
    ...(isWhole ? doubts.untested.map(reason('nothing tested')) : []),
    // One shard judges no target.
    ...(part === null ? unmet('missed') : []).map((target) =>
      unmetReason(target, detailsOf(target, operations, doubts.cause)),
    ),
    ...doubtful.map(findingReason),
    ...(part === null ? unclear : []).map((target) => unmetReason(target)),
    ...(crowd.comparison ? reasonsAgainst(crowd.comparison) : []),
  ];
}

/** Slices and shards that are missing. */
export function lostParts(crowd: Evidence['crowd']): Reason[] {
  const missing = missingShards(crowd);
  return [
    ...missing.map(({ shard }): Reason => ({ kind: 'shard missing', message: missingShardText(shard) })),
    ...unfinished(crowd)
      .filter((slice) => missing.every(({ slices }) => !slices.includes(slice)))
      .map((slice): Reason => {
        const message = `slice ${slice} was lost: its worker ended before its participants did${whyLost(crowd, slice)}`;
        return { kind: 'slice lost', message };
      }),
  ];
}

/** Where to look first: the most frequent failure of calls, or the slowest operation of a latency of all actions. */
function detailsOf(
  { operation, each, statistic, worstSeconds, value }: Judgement,
  operations: Summary['operations'],
  cause: string | undefined,
): string[] {
  if (operation !== undefined || each || worstSeconds !== undefined || value === null) return [];
  if (statistic === 'error rate' || statistic === 'success rate')
    return cause === undefined ? [] : [`most frequent: ${cause}`];
  if (statistic !== 'p50' && statistic !== 'p95' && statistic !== 'p99') return [];
  const { by, all } = slowest(operations, statistic);
  const [first] = all;
  if (first === undefined) return [];
  return [
    `slowest: ${first.operation} ${by === statistic ? '' : `${latencyLabel(by)} `}${inUnit(first.ms, 'ms')}`,
  ];
}

/** Lost slices, and slices that nobody told to stop and that never reported their end. */
function unfinished({ expected, lost, stopped, reports }: CrowdRecord): number[] {
  const finished = new Set(reports.filter((report) => report.finished).map(({ slice }) => slice));
  const silent = expected.filter(
    (slice) => stopped === null && !finished.has(slice) && !lost.includes(slice),
  );
  return [...lost, ...silent].sort((one, other) => one - other);
}

/** Why a finding of the load generator counts against the verdict, and what to do. */
export function findingReason({ check, value, bound, unit, spoils, hint }: Finding): Reason {
  const about = { kind: 'load generator' as const, subject: check };
  if (spoils === 'everything')
    return { ...about, message: `Load generator limit: ${check} for ${counted(value, 'call')}`, hint };
  const found = `${check} ${inUnit(value, unit)}, limit ${inUnit(bound, unit)}`;
  if (unit === 'arrivals')
    return { ...about, message: `The load was smaller than requested (${found})`, hint };
  if (check.startsWith('start skew'))
    return { ...about, message: `The load did not start at the same time everywhere (${found})`, hint };
  const effect = spoils === 'load' ? ': latencies are not valid' : '';
  return { ...about, message: `Load generator overloaded (${found})${effect}`, hint };
}
