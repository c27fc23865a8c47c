import { isUpperLimit, type Target } from './target.ts';

/**
 * One sentence for each limit that repeats or excludes another one: with two upper limits, it is not clear which one is
 * meant. A lower and an upper limit are a range.
 */
export function contradictions(targets: readonly Target[]): string[] {
  return targets.flatMap((target, index) => {
    const before = targets.slice(0, index).filter((one) => figureOf(one) === figureOf(target));
    const same = before.find((one) => isUpperLimit(one.comparator) === isUpperLimit(target.comparator));
    if (same)
      return [
        `Target "${target.text}": this figure already has ${isUpperLimit(same.comparator) ? 'an upper' : 'a lower'} limit, "${same.text}". Keep one of them.`,
      ];
    const other = before.find((one) => isEmpty(one, target));
    if (other)
      return [`Target "${target.text}": no value meets both this and "${other.text}". Change one of them.`];
    return [];
  });
}

/** `p95`, `latency p95` and `all p95` are one figure. */
function figureOf({ operation, each, statistic, worstSeconds }: Target): string {
  return JSON.stringify([operation ?? null, each ?? false, statistic, worstSeconds ?? null]);
}

function isEmpty(one: Target, other: Target): boolean {
  const [upper, lower] = isUpperLimit(one.comparator) ? [one, other] : [other, one];
  const isOpen = upper.comparator === '<' || lower.comparator === '>';
  return upper.limit < lower.limit || (upper.limit === lower.limit && isOpen);
}
