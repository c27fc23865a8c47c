import type { Coordinator } from '../crowd/coordinator/coordinator.ts';
import { allTimings, type ShareReport } from '../crowd/share-report.ts';
import { judge } from '../targets/judge.ts';
import type { Judgement } from '../targets/judgement.ts';
import type { Target } from '../targets/target.ts';
import { MergedTimings } from '../timings/merged-timings.ts';

/** So many seconds in a row a target has to be missed: one bad second is no reason to end a run. */
const SECONDS_IN_A_ROW = 5;

/** Ends the run once a target has been clearly missed for some seconds, no sooner than `delayS` after the start. */
export function abortOnFail(coordinator: Coordinator, targets: readonly Target[], delayS: number): void {
  // The worst window of a run is only known at its end.
  const judged = targets.filter(
    // And what is counted of a crowd is, at its begin, not yet a proportion of anything.
    ({ worstSeconds, statistic }) => worstSeconds === undefined && statistic.kind !== 'crowd',
  );
  const crowds = new Map<
    string,
    { shares: Map<number, ShareReport>; second: number; missed: Map<string, number> }
  >();
  coordinator.on('report', (report) => {
    const crowd = crowds.get(report.crowd) ?? { shares: new Map(), second: 0, missed: new Map() };
    crowds.set(report.crowd, crowd);
    crowd.shares.set(report.share, report);
    const second = Math.floor(report.elapsedMs / 1000);
    if (second <= crowd.second || second < delayS) return;
    crowd.second = second;
    const timings = new MergedTimings(allTimings([...crowd.shares.values()]));
    for (const target of judged) {
      const judgement = judge(target, timings, { scheduleS: second });
      const inARow = isClearlyMissed(target, judgement) ? (crowd.missed.get(target.text) ?? 0) + 1 : 0;
      crowd.missed.set(target.text, inARow);
      if (inARow >= SECONDS_IN_A_ROW) coordinator.stop(`target "${target.text}" was missed for ${inARow} s`);
    }
  });
}

/** Not merely above its limit, but so far that the whole confidence interval of a percentile is. */
function isClearlyMissed(target: Target, { state, value, interval }: Judgement): boolean {
  const { comparator, limit, operation, each } = target;
  if (state !== 'missed') return false;
  // Nothing succeeded at all. Of a single operation the first call may be still to come.
  if (value === null) return operation === undefined && !each;
  if (!interval) return true;
  return comparator.startsWith('<') ? interval.low > limit : interval.high !== null && interval.high < limit;
}
