import { type CrowdRecord, isInterrupted, whyStopped } from '../../crowd/coordinator/messages.ts';
import { whyLost } from '../../crowd/lost-share.ts';
import { isSpoilt, type SelfCheckFinding, standing } from '../../crowd/self-check.ts';
import { reasonsAgainst } from '../../history/past.ts';
import { counted, inUnit } from '../../kernel/figures.ts';
import type { Judgement } from '../../targets/judgement.ts';
import type { CrowdEvidence } from '../evidence/crowd-evidence.ts';
import { missingShards, partOf } from '../merge/wholeness.ts';
import type { Doubts } from './doubts.ts';
import type { Summary } from './schema.ts';

export interface Evidence {
  readonly crowd: CrowdRecord & Partial<Pick<CrowdEvidence, 'facts' | 'mergedFrom' | 'comparison'>>;
  readonly targets: readonly Judgement[];
  readonly findings: readonly SelfCheckFinding[];
  /** Counts that do not add up; the run is then invalid. */
  readonly discrepancies: readonly string[];
  readonly doubts: Doubts;
}

/**
 * The verdict of a run, and why it is not "passed". Failed: a share was lost, counts do not add up, a target was missed (a
 * latency: by both ends of its bracket), or a room event or answer was found wrong; unless the generator may have brought
 * that about itself. Inconclusive: a limit lies within the bracket of its latency, the load was another one than asked
 * for, an early stop, a run without a target or with other users than asked for, and one shard of several, which is only
 * a part of the crowd. Once it was compared with the past, a run that became slower has failed, and one that could not be
 * compared, though it has a past, is inconclusive.
 */
export function verdictOf({
  crowd,
  targets,
  findings,
  discrepancies,
  doubts,
}: Evidence): Pick<Summary, 'verdict' | 'reasons'> {
  if (crowd.notBegun !== undefined) {
    return { verdict: isInterrupted(crowd) ? 'interrupted' : 'failed', reasons: [crowd.notBegun] };
  }
  const doubtful = standing(findings, targets);
  const missed = targets.filter(({ state }) => state === 'missed');
  const unsure = targets
    .filter(({ state }) => state === 'inconclusive')
    .map(({ target, note }) => `${target}: ${note}`);
  const part = partOf(crowd);
  const missing = missingShards(crowd);
  const lost = [
    ...missing.map(({ shard }) => `shard ${shard} is missing: its blob report was not merged`),
    ...unfinished(crowd)
      .filter((share) => missing.every(({ shares }) => !shares.includes(share)))
      .map(
        (share) =>
          `share ${share} was lost: its worker ended before its participants did${whyLost(crowd, share)}`,
      ),
  ];
  // What ended early, or lost a share, says so itself.
  const isWhole = crowd.stopped === null && lost.length === 0 && part === null;
  const slower = crowd.comparison?.regressions ?? [];
  const against = crowd.comparison ? reasonsAgainst(crowd.comparison) : [];
  const untested = isWhole ? doubts.untested : [];
  const reasons = [
    ...(part === null ? [] : [part]),
    ...(crowd.stopped === null ? [] : [`stopped early: ${whyStopped(crowd.stopped)}`]),
    ...(targets.length === 0 ? ['no target was judged'] : []),
    ...lost,
    ...discrepancies,
    ...doubts.failed,
    ...untested,
    ...missed.map((target) => missedText(target, doubts.cause)),
    ...doubtful.map(inWords),
    ...unsure,
    ...against,
  ];
  return { verdict: verdict(), reasons };

  function verdict(): Summary['verdict'] {
    if (isInterrupted(crowd)) return 'interrupted';
    if (lost.length > 0 || discrepancies.length > 0 || crowd.reports.length === 0) return 'failed';
    // The load was another one than asked for, and what the service did under it is no proof of anything.
    if (doubtful.some(({ spoils }) => spoils === 'everything')) return 'inconclusive';
    const isProof = ({ target }: Judgement) => !doubtful.some(({ spoils }) => isSpoilt(target, spoils));
    // Of a part, no target says anything: a rate or a count is one of the whole crowd.
    if (part !== null) return 'inconclusive';
    if (missed.some(isProof) || doubts.failed.length > 0) return 'failed';
    if (doubtful.length > 0 || missed.length > 0 || unsure.length > 0) return 'inconclusive';
    if (slower.length > 0) return 'failed';
    if (against.length > 0) return 'inconclusive';
    if (untested.length > 0) return 'inconclusive';
    return crowd.stopped === null && targets.length > 0 ? 'passed' : 'inconclusive';
  }
}

/** Targets that failed calls make a run miss. */
const OF_FAILURES = /^(?:error rate|success rate) /;

/** `missed: error rate < 1 % (24.6 %: 53 × meeting.get 500 "Deadlock found")`. */
function missedText({ target, value, unit, note }: Judgement, cause: string | undefined): string {
  const found =
    [value === null ? undefined : inUnit(value, unit), note].filter(Boolean).join(', ') || 'no data';
  const why = cause !== undefined && OF_FAILURES.test(target) ? `: ${cause}` : '';
  return `missed: ${target} (${found || 'no data'}${why})`;
}

/** Those that are lost, and those that nobody told to stop and that never said that they had finished. */
function unfinished({ expected, lost, stopped, reports }: CrowdRecord): number[] {
  const finished = new Set(reports.filter((report) => report.finished).map(({ share }) => share));
  const silent = expected.filter(
    (share) => stopped === null && !finished.has(share) && !lost.includes(share),
  );
  return [...lost, ...silent].sort((one, other) => one - other);
}

export function inWords({ check, value, bound, unit, spoils, wayOut }: SelfCheckFinding): string {
  if (spoils === 'everything') return `the generator: ${check} for ${counted(value, 'call')}. ${wayOut}`;
  const what = spoils === 'load' ? 'the load fell short of its schedule' : 'the generator';
  return `${what}: ${check} ${round(value)} ${unit}, bound ${bound} ${unit}. ${wayOut}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
