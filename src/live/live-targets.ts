import { type Judged, judge, judgementOf } from '../targets/judge.ts';
import type { Judgement } from '../targets/judgement.ts';
import type { Target } from '../targets/target.ts';
import { WorstWindow } from '../targets/worst-window.ts';
import type { EncodedWindow } from '../timings/encoded.ts';
import type { MergedTimings } from '../timings/merged-timings.ts';
import { isReading } from '../timings/page-metrics.ts';
import { oneSecond } from '../timings/worst-window.ts';

/** A target of a live run. `waiting`: it has no values yet. */
export interface LiveTarget extends Omit<Judgement, 'state'> {
  readonly state: Judgement['state'] | 'waiting';
}

/** Judges targets repeatedly; the cost of a judgement does not grow with the length of the run. */
export class LiveTargets {
  readonly #targets: readonly Target[];
  readonly #worst: ReadonlyMap<Target, WorstWindow>;

  constructor(targets: readonly Target[]) {
    this.#targets = targets;
    this.#worst = new Map(
      targets.flatMap((target) =>
        target.worstSeconds === undefined ? [] : [[target, new WorstWindow(target)]],
      ),
    );
  }

  /** Whether a target reads response times; otherwise they are not merged. */
  get needResponse(): boolean {
    return this.#targets.some(
      ({ statistic }) => statistic.kind === 'percentile' && statistic.from === 'intended',
    );
  }

  /** Adds the next second of the schedule. Seconds come in order, each once. */
  addSecond(parts: readonly EncodedWindow[]): void {
    for (const [target, worst] of this.#worst) worst.add(oneSecond(parts, target.operation));
  }

  /**
   * Too few samples are inconclusive only for a crowd that is over, because more samples may come; and not for a target
   * that is judged only if there is enough data.
   */
  judge(timings: MergedTimings, judged: Judged, isOver: boolean): LiveTarget[] {
    return this.#targets.map((target) => {
      const measured = target.operation ? timings.operations.get(target.operation) : timings.actions;
      const worst = this.#worst.get(target);
      const judgement = worst ? judgementOf(target, worst.reading) : judge(target, timings, judged);
      const hasBegun =
        target.statistic.kind === 'crowd' || target.each || isReading(target.operation)
          ? judgement.value !== null && judgement.state !== 'inconclusive'
          : (measured?.total ?? 0) > 0 && (!worst || worst.hasWindow);
      if (!hasBegun) return { ...judgement, state: 'waiting', note: 'not yet' };
      const isShort = judgement.problem === 'too few samples' && (!isOver || target.ifMeasured);
      return isShort ? { ...judgement, state: 'waiting' } : judgement;
    });
  }
}
