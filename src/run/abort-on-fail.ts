import type { Coordinator } from '../crowd/coordinator/coordinator.ts';
import { allReadings } from '../crowd/page-readings.ts';
import { allTimings, type SliceReport } from '../crowd/slice-report.ts';
import { judge } from '../targets/judge.ts';
import type { Judgement } from '../targets/judgement.ts';
import type { Target } from '../targets/target.ts';
import { MergedTimings } from '../timings/merged-timings.ts';
import { secondAt } from '../timings/second.ts';

/** The number of consecutive seconds of a missed target: one bad second does not end a run. */
const SECONDS_IN_A_ROW = 5;

interface Watched {
  readonly targets: readonly Target[];
  readonly slices: Map<number, SliceReport>;
  /** Consecutive seconds in which each target was missed. */
  readonly missed: Map<string, number>;
  second: number;
}

/**
 * Ends the run once a target of a crowd has been clearly missed for some seconds, no sooner than `delayS` after the
 * start.
 * @param targetsOf the targets of a crowd that has started
 */
export function abortOnFail(
  coordinator: Coordinator,
  targetsOf: (crowd: string) => readonly Target[],
  delayS: number,
): void {
  const crowds = new Map<string, Watched>();
  coordinator.on('forgotten', (crowd) => crowds.delete(crowd));
  coordinator.on('report', (report) => {
    const crowd = crowds.get(report.crowd) ?? watched(targetsOf(report.crowd));
    crowds.set(report.crowd, crowd);
    crowd.slices.set(report.slice, report);
    const second = secondAt(report.elapsedMs);
    if (second <= crowd.second || second < delayS) return;
    crowd.second = second;
    const reports = [...crowd.slices.values()];
    const timings = new MergedTimings(allTimings(reports));
    const readings = allReadings(reports);
    for (const target of crowd.targets) {
      const judgement = judge(target, timings, { scheduleS: second, readings });
      const inARow = isClearlyMissed(target, judgement) ? (crowd.missed.get(target.text) ?? 0) + 1 : 0;
      crowd.missed.set(target.text, inARow);
      if (inARow >= SECONDS_IN_A_ROW) coordinator.stop(`target "${target.text}" was missed for ${inARow} s`);
    }
  });
}

function watched(all: readonly Target[]): Watched {
  // The worst window is known only at the end, and at the start the counts of a crowd are not proportions yet.
  const targets = all.filter(
    ({ worstSeconds, statistic }) => worstSeconds === undefined && statistic.kind !== 'crowd',
  );
  return { targets, slices: new Map(), missed: new Map(), second: 0 };
}

/** The whole confidence interval of a percentile is above the limit, not only the value. */
function isClearlyMissed(target: Target, { state, value, interval }: Judgement): boolean {
  const { comparator, limit, operation, each } = target;
  if (state !== 'missed') return false;
  // No call succeeded yet. A single operation may only be called later.
  if (value === null) return operation === undefined && !each;
  if (!interval) return true;
  return comparator.startsWith('<') ? interval.low > limit : interval.high !== null && interval.high < limit;
}
