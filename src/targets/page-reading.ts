import { isReading, pageMetric } from '../timings/page-metrics.ts';

/** What a target looks at, without the types of targets, which need this. */
interface Figure {
  readonly kind: string;
  readonly from?: 'actual' | 'intended';
}

/** The unit of a page metric without a duration; undefined for everything else that a target can name. */
export function unitOfReading(operation: string | undefined, { kind }: Figure): 'ms' | '%' | '' | undefined {
  if (!isReading(operation) || kind === 'count') return undefined;
  return pageMetric(operation)!.unit;
}

/** Why there is no such figure of a page metric without a duration; undefined where there is one. */
export function whyNoFigure(
  operation: string | undefined,
  { kind, from }: Figure,
  isWorst: boolean,
): string | undefined {
  if (!isReading(operation)) return undefined;
  const isFigure = ['avg', 'min', 'max', 'count', 'percentile'].includes(kind) && from !== 'intended';
  if (isFigure && !isWorst) return undefined;
  return `"${operation}" is a value of a page and no call, and is kept for the whole run only. Use avg, min, max, count or a percentile such as p75.`;
}
