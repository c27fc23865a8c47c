import { isReading, pageMetric } from '../timings/page-metrics.ts';

/** The statistic of a target. `quantile` is 0.95 for P95. */
export type Statistic =
  | { readonly kind: 'percentile'; readonly quantile: number; readonly from: 'actual' | 'intended' }
  | { readonly kind: 'avg' | 'min' | 'max' }
  | { readonly kind: 'error rate' | 'success rate' }
  | { readonly kind: 'throughput' }
  | { readonly kind: 'count' }
  | { readonly kind: 'crowd'; readonly figure: CrowdFigure };

/** Figures of the whole crowd, besides its calls. All are percentages, except `wrong answers`. */
export const crowdFigures = [
  'events lost',
  'events late',
  'events twice',
  'connections lost',
  'sessions completed',
  'users reached',
  'wrong answers',
] as const;

export type CrowdFigure = (typeof crowdFigures)[number];

export type Comparator = '<' | '<=' | '>' | '>=';

export interface Target {
  /** As the user wrote it: `meeting.join p95 < 500 ms`. */
  readonly text: string;
  /** One operation, or all actions together. */
  readonly operation?: string;
  /** Each operation separately; the worst one decides. */
  readonly each?: true;
  readonly statistic: Statistic;
  /** Judge the worst window of this length instead of the whole run. */
  readonly worstSeconds?: number;
  readonly comparator: Comparator;
  readonly limit: number;
  readonly unit: Unit;
  /** A default: it is judged only where there are samples for it. */
  readonly ifMeasured?: true;
}

export type Unit = 'ms' | '%' | '/s' | '';

/** As targets write it: `p95`, `response p95`, `error rate`, `events lost`. */
export function statisticText(statistic: Statistic): string {
  switch (statistic.kind) {
    case 'percentile': {
      const name = `p${Number((statistic.quantile * 100).toPrecision(12))}`;
      return statistic.from === 'intended' ? `response ${name}` : name;
    }
    case 'crowd':
      return statistic.figure;
    default:
      return statistic.kind;
  }
}

/** Whether a larger value is worse. */
export function isUpperLimit(comparator: Comparator): boolean {
  return comparator === '<' || comparator === '<=';
}

const units: Readonly<Record<Exclude<Statistic['kind'], 'crowd'>, Unit>> = {
  percentile: 'ms',
  avg: 'ms',
  min: 'ms',
  max: 'ms',
  'error rate': '%',
  'success rate': '%',
  throughput: '/s',
  count: '',
};

/** The unit of a statistic, or of the page metric without a duration that `operation` names. */
export function unitOf(statistic: Statistic, operation: string | undefined): Unit {
  if (isReading(operation) && statistic.kind !== 'count') return pageMetric(operation)!.unit;
  if (statistic.kind !== 'crowd') return units[statistic.kind];
  return statistic.figure === 'wrong answers' ? '' : '%';
}
